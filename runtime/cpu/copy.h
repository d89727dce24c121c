// Strided copies within cache: between a tensor and a compact tile.
#pragma once

#include <cstdint>

#include "table/registry.h"

namespace slopewise {

/// Two dimensions of something: strides in bytes.
struct strided {
    char *data;
    int64_t stride_a, stride_b;
};

/// to[a, b] = from[a, b] for a tile of `size_a` x `size_b` items of `itemsize` bytes (1, 2, 4 or 8), by the kernels of a variant.
void copy_tile(const variant &v, const strided &to, const strided &from, int64_t size_a, int64_t size_b, int itemsize);

}  // namespace slopewise
