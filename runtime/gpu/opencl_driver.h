// OpenCL, opened when an OpenCL tensor first comes: declarations of what is used of it, and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>

#include "request/forks.h"

namespace slopewise::opencl {

// As in CL/cl.h, which is not needed to build.
using result = int32_t;
using platform = struct _cl_platform_id *;
using device = struct _cl_device_id *;
using context = struct _cl_context *;
using queue = struct _cl_command_queue *;
using buffer = struct _cl_mem *;
using program = struct _cl_program *;
using kernel = struct _cl_kernel *;

constexpr result success = 0, device_not_found = -1, allocation_failure = -4, out_of_host_memory = -6, build_failure = -11;
constexpr uint64_t all_devices = 0xffffffff;
constexpr uint32_t device_single_fp_config = 0x101b, device_double_fp_config = 0x1032;
constexpr uint64_t fp_denormals = 1 << 0, fp_infinity_and_nan = 1 << 1, fp_round_to_nearest = 1 << 2;
constexpr uint32_t context_devices = 0x1081, queue_context = 0x1090, queue_device = 0x1091, buffer_context = 0x1106;
constexpr uint32_t buffer_host_pointer = 0x1103, program_build_log = 0x1183, kernel_work_group_size = 0x11b0;

struct driver {
    char problem[200] = "";  ///< why there is none; else the rest is set
    int opened = forks();

    result (*get_platform_ids)(uint32_t, platform *, uint32_t *);
    result (*get_device_ids)(platform, uint64_t, uint32_t, device *, uint32_t *);
    result (*get_device_info)(device, uint32_t, size_t, void *, size_t *);
    result (*get_context_info)(context, uint32_t, size_t, void *, size_t *);
    result (*get_queue_info)(queue, uint32_t, size_t, void *, size_t *);
    result (*get_buffer_info)(buffer, uint32_t, size_t, void *, size_t *);
    queue (*create_queue)(context, device, uint64_t, result *);
    program (*create_program)(context, uint32_t, const char **, const size_t *, result *);
    result (*build_program)(program, uint32_t, const device *, const char *, void (*)(program, void *), void *);
    result (*get_build_info)(program, device, uint32_t, size_t, void *, size_t *);
    kernel (*create_kernel)(program, const char *, result *);
    result (*get_work_group_info)(kernel, device, uint32_t, size_t, void *, size_t *);
    result (*set_kernel_argument)(kernel, uint32_t, size_t, const void *);
    result (*enqueue_kernel)(queue, kernel, uint32_t, const size_t *, const size_t *, const size_t *, uint32_t, const void *, void *);
    result (*release_kernel)(kernel);
    result (*release_program)(program);
    result (*finish)(queue);
};

/// Opened and asked once; kept for good. Null where there is no memory for it.
const driver *the_driver();

/// Why a device cannot compute what is promised, or null: it must round to nearest, keep subnormals and NaNs.
const char *shortcoming_of(const driver &d, device one, bool in_double);

}  // namespace slopewise::opencl
