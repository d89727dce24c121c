// Tensors that are not contiguous.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace slopewise::bench {

struct layout {
    std::string name;
    std::vector<int64_t> shape;
    std::vector<int64_t> in, out;  ///< strides of inputs and of outputs; empty: contiguous
    int64_t span;                  ///< elements of the memory that the largest tensor reaches over

    int64_t elements() const;
};

/// Transposed, channels last, permuted but dense, every other element, expanded, and short rows.
std::vector<layout> layouts();

}  // namespace slopewise::bench
