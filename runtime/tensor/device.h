// Where a tensor lies.
#pragma once

#include <cstring>

#include "slopewise/slopewise.h"
#include "table/registry.h"

namespace slopewise {

/// The DLPack device as a number: a foreign value would not be one of the enumeration's.
inline int device_type(const DLTensor &t) {
    int type;
    static_assert(sizeof type == sizeof t.device.device_type, "");
    std::memcpy(&type, &t.device.device_type, sizeof type);
    return type;
}

/// False for a device of which Slopewise knows nothing. Pinned memory is the CPU's, managed memory CUDA's.
inline bool to_device_kind(const DLTensor &t, device_kind *kind) {
    switch (device_type(t)) {
        case kDLCPU:
        case kDLCUDAHost:
            *kind = device_kind::cpu;
            return true;
        case kDLCUDA:
        case kDLCUDAManaged:
            *kind = device_kind::cuda;
            return true;
        case kDLOpenCL:
            *kind = device_kind::opencl;
            return true;
        default:
            return false;
    }
}

/// Of a tensor that passed check_devices().
inline device_kind device_of(const DLTensor &t) {
    device_kind kind = device_kind::cpu;
    (void)to_device_kind(t, &kind);
    return kind;
}

}  // namespace slopewise
