// A tensor's memory as the generated kernels take it.
#pragma once

#include <cstdint>

#include "slopewise/halide_buffer.h"
#include "table/registry.h"

namespace slopewise {

/// Halide computes extents in int32 and rounds them up to its tile.
constexpr int64_t max_call_elements = int64_t{1} << 30;

/// A buffer with its dimensions beside it.
struct kernel_buffer {
    halide_buffer_t buffer;
    halide_dimension_t dim[2];

    /// Rows of `extent` elements, `stride` elements apart. Kernels look at nothing else of a buffer.
    void set(char *data, int64_t stride, int64_t extent, int64_t count) {
        set(data, extent);
        dim[1] = {0, int32_t(count), int32_t(stride), 0};
    }
    /// A run, for a kernel that takes no rows.
    void set(char *data, int64_t extent) {
        dim[0] = {0, int32_t(extent), 1, 0};
        buffer.host = reinterpret_cast<uint8_t *>(data);
        buffer.dim = dim;
    }
};

}  // namespace slopewise
