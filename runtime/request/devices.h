// What checks and dispatch ask of GPUs, whatever their driver; answered by gpu/.
#pragma once

#include <cstddef>

#include "slopewise/slopewise.h"
#include "table/registry.h"

namespace slopewise {

/// Whether tensors on device `id` of a kind can be served: kernels in this build, a driver, such a device. Opens the driver
/// when it is first asked.
bool gpu_usable(device_kind kind, int id, char *why_not, size_t capacity);

/// A driver's threads and locks do not come along into a forked child.
constexpr const char *driver_of_parent = "its driver was opened before this process was forked, and serves the parent alone";

/// Where an OpenCL buffer begins in host memory, if it lies in memory that its maker gave (CL_MEM_USE_HOST_PTR); else 0: what a
/// device allocates is aligned. A failure has set the message.
slopewise_status find_host_address(const char *op, const void *buffer, uintptr_t *address);

/// Whether the variant, which is a GPU's, runs on any device of this machine.
bool gpu_variant_usable(const variant &v, char *why_not, size_t capacity);

/// The variant for tensors on a usable device: `forced` if given, else the environment's, else the best. Null after a
/// failure, whose message is set.
const variant *choose_gpu_variant(device_kind kind, int id, const char *forced);

}  // namespace slopewise
