#include "gpu/gpu.h"

#include <cstdio>
#include <cstdlib>

#include "api/error.h"
#include "dispatch/explain.h"
#include "gpu/cuda_driver.h"
#include "gpu/opencl_driver.h"

namespace slopewise {
namespace {

bool in_this_build(device_kind kind) {
    for (int v = 0; v < variant_count; v++) {
        if (variants[v].device == kind) return true;
    }
    return false;
}

const char *driver_problem(device_kind kind) {
    const char *out_of_memory = "out of memory";
    if (kind == device_kind::cuda) {
        const cuda::driver *d = cuda::the_driver();
        return d ? d->problem : out_of_memory;
    }
    const opencl::driver *d = opencl::the_driver();
    return d ? d->problem : out_of_memory;
}

/// OpenCL's devices go by context and queue, not by number.
int device_count(device_kind kind) { return kind == device_kind::cuda ? cuda::the_driver()->device_count : 1; }

bool any_variant_runs(device_kind kind, int id) {
    char ignored[160];
    for (int v = 0; v < variant_count; v++) {
        if (gpu_runs(variants[v], kind, id, ignored, sizeof ignored)) return true;
    }
    return false;
}

}  // namespace

bool gpu_unusable(device_kind kind, int id, char *why, size_t capacity) {
    if (!in_this_build(kind)) return std::snprintf(why, capacity, "this build has no kernels for it"), true;
    if (driver_problem(kind)[0]) return std::snprintf(why, capacity, "%s", driver_problem(kind)), true;
    if (kind == device_kind::opencl) return false;
    int count = device_count(kind);
    if (id < 0 || id >= count) return std::snprintf(why, capacity, "the driver has devices 0 to %d", count - 1), true;
    if (any_variant_runs(kind, id)) return false;
    int capability = cuda::the_driver()->devices[size_t(id)].capability;
    std::snprintf(why, capacity, "this build has no kernels for compute capability %d.%d", capability / 10, capability % 10);
    return true;
}

bool gpu_runs(const variant &v, device_kind kind, int id, char *why, size_t capacity) {
    if (v.device != kind) return std::snprintf(why, capacity, "it is for tensors on %s", device_kind_names[int(v.device)]), false;
    if (kind != device_kind::cuda) return true;
    int needed = std::atoi(v.needs), found = cuda::the_driver()->devices[size_t(id)].capability;
    std::snprintf(why, capacity, "it needs compute capability %d.%d, the device has %d.%d", needed / 10, needed % 10, found / 10,
                  found % 10);
    return found >= needed;
}

bool gpu_variant_usable(const variant &v, char *why, size_t capacity) {
    if (driver_problem(v.device)[0]) return std::snprintf(why, capacity, "%s", driver_problem(v.device)), false;
    std::snprintf(why, capacity, "the driver has no device");
    for (int id = 0; id < device_count(v.device); id++) {
        if (gpu_runs(v, v.device, id, why, capacity)) return true;
    }
    return false;
}

const variant *choose_gpu_variant(device_kind kind, int id, const char *forced) {
    const machine &m = this_machine();
    const char *source = forced ? "variant" : "SLOPEWISE_VARIANT";
    bool unknown = m.forced && find_variant(m.forced) < 0;
    if (!forced && unknown) forced = m.forced;
    if (!forced && m.forced_gpu && m.forced_gpu->device == kind) forced = m.forced_gpu->name;
    auto runs = [&](int v, char *why, size_t size) { return gpu_runs(variants[v], kind, id, why, size); };
    char problem[400], ignored[160];
    if (forced && explain_unusable(source, forced, runs, problem, sizeof problem)) {
        (void)fail(SLOPEWISE_UNAVAILABLE_VARIANT, "%s", problem);
        return nullptr;
    }
    if (forced) return &variants[find_variant(forced)];
    int best = 0;
    while (!runs(best, ignored, sizeof ignored)) best++;  // there is one on a device that is usable
    return &variants[best];
}

}  // namespace slopewise
