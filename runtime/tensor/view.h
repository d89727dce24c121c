// A DLTensor seen as sizes, byte strides and an address.
#pragma once

#include <cstdint>

#include "tensor/device.h"

namespace slopewise {

constexpr int max_dims = 64;

struct view {
    char *data;    ///< of the element at coordinate 0
    void *buffer;  ///< of OpenCL: what `data` is an offset into; else null
    dtype type;
    int ndim;
    int64_t extent[max_dims];
    int64_t stride[max_dims];  ///< in bytes; 0 where the extent is 1

    bool empty() const {
        for (int d = 0; d < ndim; d++) {
            if (extent[d] == 0) return true;
        }
        return false;
    }
};

/// Of a stride.
inline int64_t magnitude(int64_t stride) { return stride < 0 ? -stride : stride; }

/// Of the first element. `byte_offset` may wrap, which a pointer may not.
inline char *address_of(const DLTensor &t) {
    return reinterpret_cast<char *>(reinterpret_cast<uintptr_t>(t.data) + uintptr_t(t.byte_offset));
}

/// Fills `v`, which is large, in place. The tensor must have passed check_structure() and check_dtypes().
void view_of(const DLTensor &t, view &v);

/// The types of 8, 16, 32 and 64 bits by their DLPack codes; u16, which only kernels have, where there is none.
constexpr dtype dtypes_of_code[][4] = {{dtype::i8, dtype::i16, dtype::i32, dtype::i64},
                                       {dtype::u8, dtype::u16, dtype::u16, dtype::u16},
                                       {dtype::u16, dtype::f16, dtype::f32, dtype::f64},
                                       {dtype::u16, dtype::u16, dtype::u16, dtype::u16},
                                       {dtype::u16, dtype::bf16, dtype::u16, dtype::u16}};

/// The dtype of a DLPack type; false if it is none that any operation takes. Inline, and without a branch for each of them:
/// small calls feel it.
inline bool to_dtype(DLDataType from, dtype *to) {
    static_assert(kDLInt == 0 && kDLUInt == 1 && kDLFloat == 2 && kDLBfloat == 4, "");
    unsigned bits = from.bits, log = unsigned(__builtin_ctz(bits | 256)) - 3;
    if (from.lanes != 1 || from.code > kDLBfloat || log > 3 || (bits & (bits - 1))) return false;
    *to = dtypes_of_code[from.code][log];
    return *to != dtype::u16;
}

/// An extent of 0 makes a tensor empty, whatever else it holds.
bool is_empty(const DLTensor &t);

/// First and one-past-last byte of a view that is not empty, in memory or in an OpenCL buffer.
struct byte_range {
    uintptr_t begin, end;
    const void *buffer = nullptr;
    bool meets(const byte_range &other) const { return buffer == other.buffer && begin < other.end && other.begin < end; }
};
byte_range bytes_of(const view &v);

}  // namespace slopewise
