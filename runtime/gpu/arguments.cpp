#include "gpu/arguments.h"

namespace slopewise {
namespace {

constexpr int vector_bytes = 16, vector_words = 4;
/// As in generators/gpu.h.
constexpr int offset_radix_bits = 28;

/// A buffer with its dimensions: words of a vector, threads, rows, and parts of offsets.
struct gpu_buffer {
    halide_buffer_t buffer = {};
    halide_dimension_t dim[3 + 2 * 2] = {};

    void add(int64_t extent, int64_t stride) { dim[buffer.dimensions++] = {0, int32_t(extent), int32_t(stride), 0}; }
    void set(const gpu_tensor &t, const gpu_launch &l) {
        const int unit = l.wide ? vector_words : 1, unit_bytes = l.wide ? vector_bytes : size_of(l.type);
        buffer.device = reinterpret_cast<uintptr_t>(t.buffer ? t.buffer : t.data);
        buffer.dim = dim;
        if (l.wide) add(vector_words, 1);
        add(l.n * size_of(l.type) / unit_bytes, unit);
        if (l.has_rows) add(l.rows, t.row_stride / unit_bytes * unit);
        while (buffer.dimensions < int(sizeof dim / sizeof dim[0])) add(1, 0);  // offsets, where there are any
    }
};

/// What a kernel takes, in the order of its arguments.
struct gpu_arguments {
    const gpu_launch &l;
    void *values[48];
    int count = 0;
    gpu_buffer buffers[max_tensors], key;
    int32_t offsets[max_tensors][2];
    float single;  ///< the slope or scale of kernels that compute in float

    explicit gpu_arguments(const gpu_launch &l) : l(l) {
        for (int o = 0; o < l.operands; o++) buffers[o].set(l.tensors[o], l);
    }
    void add(const void *value) { values[count++] = const_cast<void *>(value); }
    void add_buffers(int from, int to) {
        for (int o = from; o < to; o++) add(&buffers[o].buffer);
    }
    void add_factor(const double &value) {
        single = float(value);
        l.type == dtype::f64 ? add(&value) : add(&single);
    }
    void add_random() {
        add(&l.random->slopes.low);
        add(&l.random->slopes.width);
        add(&l.random->slopes.shift);
        add_factor(l.random->slopes.scale);
        add(&l.index);
        if (!l.key) {
            add(&l.random->seed);
            add(&l.random->stream);
            return;
        }
        key.buffer.device = reinterpret_cast<uintptr_t>(l.key);
        key.buffer.dim = key.dim;
        key.add(3, 1);
        add(&key.buffer);
    }
    void add_offsets() {
        const int64_t unit = l.wide ? vector_bytes : size_of(l.type);
        for (int o = 0; o < l.operands && l.device == device_kind::opencl; o++) {
            int64_t offset = int64_t(reinterpret_cast<uintptr_t>(l.tensors[o].data)) / unit;
            offsets[o][0] = int32_t(offset & ((1 << offset_radix_bits) - 1));
            offsets[o][1] = int32_t(offset >> offset_radix_bits);
            add(&offsets[o][0]);
            add(&offsets[o][1]);
        }
    }
};

}  // namespace

void call_kernel(const gpu_launch &l, void *user) {
    gpu_arguments a(l);
    a.add(&user);
    a.add_buffers(0, l.first_output);
    if (l.slope) a.add_factor(*l.slope);
    if (l.random) a.add_random();
    a.add_offsets();
    a.add_buffers(l.first_output, l.operands);
    (void)l.function(a.values);
}

}  // namespace slopewise
