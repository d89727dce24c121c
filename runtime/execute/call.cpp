#include "execute/call.h"

namespace slopewise {
random_state make_random(const slopewise_rrelu_params &p) {
    return {slopewise_fixed_point(p.lower, p.upper), p.key ? p.key[0] : p.seed, p.key ? p.key[1] : p.stream};
}

void kernel_call::operator()(const rows *data, const rows *draws, int64_t extent, int64_t count) const {
    kernel_buffer buffers[max_tensors + 1];
    void *arguments[max_tensors + 9];
    int n = 0;
    auto add = [&](const void *scalar) { arguments[n++] = const_cast<void *>(scalar); };
    for (int o = 0; o < operands; o++) {
        buffers[o].set(data[o].data, data[o].row_stride >> __builtin_ctz(unsigned(itemsize)), dimensions, extent, count);
    }
    add(&buffers[0].buffer);
    if (drawn) {
        buffers[max_tensors].set(draws->data, draws->row_stride / int64_t(sizeof(uint16_t)), dimensions, extent, count);
        add(&buffers[max_tensors].buffer);
    }
    if (slope) add(slope);
    if (random) {
        add(&random->slopes.low);
        add(&random->slopes.width);
        add(&random->slopes.shift);
        add(&random->slopes.scale);
    }
    if (random && !drawn) {
        add(&random->seed);
        add(&random->stream);
        add(&block);
    }
    for (int o = 1; o < operands; o++) add(&buffers[o].buffer);
    (void)function(arguments);  // without asserts, always 0
}

}  // namespace slopewise
