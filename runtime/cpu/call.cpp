#include "cpu/call.h"

namespace slopewise {
namespace {

/// A kernel's arguments, gathered in its order.
struct argument_list {
    void *arguments[max_tensors + 9];
    int count = 0;

    void add(const void *argument) { arguments[count++] = const_cast<void *>(argument); }
    void add_slopes(const slopewise_slopes &s) {
        add(&s.low);
        add(&s.width);
        add(&s.shift);
        add(&s.scale);
    }
    void add_buffers(const kernel_buffer *buffers, int first, int end) {
        for (int o = first; o < end; o++) add(&buffers[o].buffer);
    }
    /// Without asserts kernels return 0, always.
    void call(kernel_function f) { (void)f(arguments); }
};

}  // namespace

void kernel_call::on_rows(const rows *data, const rows *draws, int64_t extent, int64_t count) const {
    kernel_buffer buffers[max_tensors], drawn;
    argument_list list;
    for (int o = 0; o < operands; o++) {
        buffers[o].set(data[o].data, data[o].row_stride >> __builtin_ctz(unsigned(itemsize)), extent, count);
    }
    list.add(&buffers[0].buffer);
    if (draws) {
        drawn.set(draws->data, draws->row_stride / int64_t(sizeof(uint16_t)), extent, count);
        list.add(&drawn.buffer);
        list.add_slopes(random->slopes);
    }
    if (slope) list.add(slope);
    list.add_buffers(buffers, 1, operands);
    list.call(function);
}

void kernel_call::on_run(char *const *data, int64_t n) const {
    random ? call_random(function, data, operands, n, *random, block) : call_rows(function, data, operands, n, slope);
}

}  // namespace slopewise
