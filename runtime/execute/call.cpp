#include "execute/call.h"

namespace slopewise {
namespace {

/// A buffer with its dimensions beside it.
struct kernel_buffer {
    halide_buffer_t buffer;
    halide_dimension_t dim[2];

    void set(const rows &r, int itemsize, int dimensions, int64_t extent, int64_t count) {
        dim[0] = {0, int32_t(extent), 1, 0};
        dim[1] = {0, int32_t(count), int32_t(r.row_stride >> __builtin_ctz(unsigned(itemsize))), 0};
        buffer = {};
        buffer.host = reinterpret_cast<uint8_t *>(r.data);
        buffer.dimensions = dimensions;
        buffer.dim = dim;
    }
};

}  // namespace

random_state make_random(const slopewise_rrelu_params &p) {
    return {slopewise_fixed_point(p.lower, p.upper), p.key ? p.key[0] : p.seed, p.key ? p.key[1] : p.stream};
}

void kernel_call::operator()(const rows *data, const rows *draws, int64_t extent, int64_t count) const {
    kernel_buffer buffers[max_tensors + 1];
    void *arguments[max_tensors + 9];
    int n = 0;
    auto add = [&](const void *scalar) { arguments[n++] = const_cast<void *>(scalar); };
    for (int o = 0; o < operands; o++) buffers[o].set(data[o], itemsize, dimensions, extent, count);
    add(&buffers[0].buffer);
    if (drawn) {
        buffers[max_tensors].set(*draws, sizeof(uint16_t), dimensions, extent, count);
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
