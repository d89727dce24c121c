#include "tensor/view.h"

namespace slopewise {

void view_of(const DLTensor &t, view &v) {
    bool in_buffer = device_of(t) == device_kind::opencl;
    v.buffer = in_buffer ? t.data : nullptr;
    v.data = in_buffer ? reinterpret_cast<char *>(uintptr_t(t.byte_offset)) : address_of(t);
    dtype type{};
    (void)to_dtype(t.dtype, &type);
    v.type = type;
    v.ndim = t.ndim;
    const auto itemsize = uint64_t(size_of(type));
    uint64_t row_major = itemsize;  // may wrap in a tensor that is empty
    for (int d = t.ndim - 1; d >= 0; d--) {
        uint64_t stride = t.strides ? uint64_t(t.strides[d]) * itemsize : row_major;
        v.extent[d] = t.shape[d];
        v.stride[d] = t.shape[d] > 1 ? int64_t(stride) : 0;
        row_major *= uint64_t(t.shape[d]);
    }
}

bool is_empty(const DLTensor &t) {
    for (int d = 0; d < t.ndim; d++) {
        if (t.shape[d] == 0) return true;
    }
    return false;
}

byte_range bytes_of(const view &v) {
    auto low = reinterpret_cast<uintptr_t>(v.data), high = low;
    for (int d = 0; d < v.ndim; d++) {
        auto reach = uintptr_t(v.extent[d] - 1) * uintptr_t(v.stride[d]);
        (v.stride[d] < 0 ? low : high) += reach;
    }
    return {low, high + uintptr_t(size_of(v.type)), v.buffer};
}

}  // namespace slopewise
