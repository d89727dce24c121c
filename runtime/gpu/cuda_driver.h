// The CUDA driver, opened when a CUDA tensor first comes: declarations of what is used of it, and nothing else.
#pragma once

#include <atomic>
#include <memory>

#include "request/forks.h"

namespace slopewise::cuda {

// As in cuda.h, which is not needed to build.
using result = int;
using device_handle = int;
using context = struct CUctx_st *;
using module = struct CUmod_st *;
using function = struct CUfunc_st *;
using stream = struct CUstream_st *;
constexpr result success = 0, out_of_memory = 2;
constexpr int capability_major = 75, capability_minor = 76;  // CUdevice_attribute
constexpr int capture_relaxed = 2;                           // CUstreamCaptureMode

struct device {
    device_handle handle;
    int capability;                          ///< ten times the compute capability
    mutable std::atomic<context> primary{};  ///< retained when it is first used
};

struct driver {
    char problem[200] = "";  ///< why there is none; else the rest is set
    int opened = forks();
    int device_count = 0;
    std::unique_ptr<device[]> devices;

    result (*init)(unsigned);
    result (*get_error_name)(result, const char **);
    result (*device_get_count)(int *);
    result (*device_get)(device_handle *, int);
    result (*device_get_attribute)(int *, int, device_handle);
    result (*primary_context_retain)(context *, device_handle);
    result (*context_get_current)(context *);
    result (*context_push_current)(context);
    result (*context_pop_current)(context *);
    result (*module_load_data)(module *, const void *);
    result (*module_get_function)(function *, module, const char *);
    result (*exchange_capture_mode)(int *);
    result (*launch_kernel)(function, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, stream, void **, void **);
};

/// Opened and asked once; kept for good. Null where there is no memory for it.
const driver *the_driver();

/// "CUDA_ERROR_...".
const char *name_of(const driver &d, result r);

}  // namespace slopewise::cuda
