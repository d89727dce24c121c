// A DLTensor seen as sizes, byte strides and an address.
#pragma once

#include <cstdint>
#include <cstring>

#include "dispatch/registry.h"
#include "slopewise/slopewise.h"

namespace slopewise {

constexpr int max_dims = 64;

struct view {
    char *data;  ///< of the element at coordinate 0
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

/// The device as a number: a foreign value would not be one of the enumeration's.
inline int device_type(const DLTensor &t) {
    int type;
    static_assert(sizeof type == sizeof t.device.device_type, "");
    std::memcpy(&type, &t.device.device_type, sizeof type);
    return type;
}

/// Fills `v`, which is large, in place. The tensor must have passed check_structure() and check_dtypes().
void view_of(const DLTensor &t, view &v);

/// The dtype of a DLPack type; false if it is none that any operation takes.
bool to_dtype(DLDataType from, dtype *to);

/// An extent of 0 makes a tensor empty, whatever else it holds.
bool is_empty(const DLTensor &t);

/// First and one-past-last byte of a view that is not empty.
struct byte_range {
    uintptr_t begin, end;
    bool meets(const byte_range &other) const { return begin < other.end && other.begin < end; }
};
byte_range bytes_of(const view &v);

}  // namespace slopewise
