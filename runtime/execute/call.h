// One call of a generated kernel.
#pragma once

#include <cstdint>

#include "dispatch/registry.h"
#include "slopewise/fixed_point.h"
#include "slopewise/halide_buffer.h"
#include "tensor/plan.h"

namespace slopewise {

/// Halide computes extents in int32 and rounds them up to its tile.
constexpr int64_t max_call_elements = int64_t{1} << 30;

/// Where the slopes of a random operation come from.
struct random_state {
    slopewise_slopes slopes;
    uint64_t seed, stream;
};

random_state make_random(const slopewise_rrelu_params &p);

/// Rows of contiguous elements: what a kernel works on.
struct rows {
    char *data;
    int64_t row_stride;  ///< in bytes
};

/// A buffer with its dimensions beside it.
struct kernel_buffer {
    halide_buffer_t buffer;
    halide_dimension_t dim[2];

    /// Rows of `extent` elements, `stride` elements apart. Kernels look at nothing else of a buffer.
    void set(char *data, int64_t stride, int64_t extent, int64_t count) {
        dim[0] = {0, int32_t(extent), 1, 0};
        dim[1] = {0, int32_t(count), int32_t(stride), 0};
        buffer.host = reinterpret_cast<uint8_t *>(data);
        buffer.dim = dim;
    }
};

/// What a kernel takes: the first input, draws, scalars, the other inputs, outputs, in this order.
struct kernel_call {
    kernel_function function;
    int itemsize;
    int operands;
    const double *slope = nullptr;
    const random_state *random = nullptr;
    uint64_t block = 0;  ///< of a random run: its first block

    /// `count` rows of `extent` elements; random operations take a row of draws for each.
    void on_rows(const rows *data, const rows *draws, int64_t extent, int64_t count) const;

    /// One run of n elements; of a random operation, a run that begins `block`.
    void on_run(char *const *data, int64_t n) const;
};

}  // namespace slopewise
