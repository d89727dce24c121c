// What the runtime asks of GPUs, whatever their driver.
#pragma once

#include "api/request.h"

namespace slopewise {

/// Whether tensors on device `id` of a kind cannot be served at all: no kernels in this build, no driver, no such device.
/// Opens the driver when it is first asked.
bool gpu_unusable(device_kind kind, int id, char *why, size_t capacity);

/// Whether the variant runs on that device; the device must be usable.
bool gpu_runs(const variant &v, device_kind kind, int id, char *why, size_t capacity);

/// Whether the variant, which is a GPU's, runs on any device of this machine.
bool gpu_variant_usable(const variant &v, char *why, size_t capacity);

/// The variant for tensors on GPU `id`: `forced` if given, else the environment's, else the best. Null after a failure,
/// whose message is set.
const variant *choose_gpu_variant(device_kind kind, int id, const char *forced);

/// Carries out a checked request whose tensors lie on a GPU.
slopewise_status run_on_gpu(const request &r);

}  // namespace slopewise
