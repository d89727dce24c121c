// A tensor's elements one by one, with no arithmetic but the definition's.
#pragma once

#include <array>

#include "call.h"

namespace slopewise::test {

inline bool is_empty_tensor(const DLTensor &t) {
    for (int d = 0; d < t.ndim; d++) {
        if (t.shape[d] == 0) return true;
    }
    return false;
}

using coordinates = std::array<int64_t, most_dims>;

inline std::array<int64_t, most_dims> row_major_strides(const DLTensor &t) {
    std::array<int64_t, most_dims> strides = {};
    int64_t step = 1;
    for (int d = t.ndim - 1; d >= 0; step *= t.shape[d--]) strides[size_t(d)] = step;
    return strides;
}

inline int64_t stride_of(const DLTensor &t, int d) { return t.strides ? t.strides[d] : row_major_strides(t)[size_t(d)]; }

inline uintptr_t first_address(const DLTensor &t) { return reinterpret_cast<uintptr_t>(t.data) + uintptr_t(t.byte_offset); }

/// visit(coordinates, address) of every element in row-major order.
template <class Visit>
void for_each_element(const DLTensor &t, Visit visit) {
    if (is_empty_tensor(t)) return;
    coordinates at = {}, strides = row_major_strides(t);
    if (t.strides) std::copy_n(t.strides, t.ndim, strides.begin());
    for (int d = 0; d >= 0;) {
        uintptr_t address = first_address(t);
        for (d = 0; d < t.ndim; d++) address += uintptr_t(at[size_t(d)] * strides[size_t(d)] * (t.dtype.bits / 8));
        visit(at, address);
        for (d = t.ndim - 1; d >= 0 && ++at[size_t(d)] == t.shape[d]; d--) at[size_t(d)] = 0;
    }
}

}  // namespace slopewise::test
