#include "gpu/gpu.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "dispatch/explain.h"
#include "gpu/cuda_driver.h"
#include "gpu/opencl_driver.h"
#include "request/error.h"

namespace slopewise {
namespace {

struct text {
    char *at;
    size_t capacity;

    /// Writes the reason and denies.
    __attribute__((format(printf, 2, 3))) bool no(const char *format, ...) const {
        va_list arguments;
        va_start(arguments, format);
        std::vsnprintf(at, capacity, format, arguments);
        va_end(arguments);
        return false;
    }
};

bool in_this_build(device_kind kind) {
    for (int v = 0; v < variant_count; v++) {
        if (variants[v].device == kind) return true;
    }
    return false;
}

template <class Driver>
const char *problem_of(const Driver *d) {
    if (!d) return "out of memory";
    return d->problem[0] || d->opened == forks() ? d->problem : driver_of_parent;
}

/// Empty where there is none.
const char *driver_problem(device_kind kind) {
    return kind == device_kind::cuda ? problem_of(cuda::the_driver()) : problem_of(opencl::the_driver());
}

/// OpenCL's devices go by context and queue, not by number.
int device_count(device_kind kind) { return kind == device_kind::cuda ? cuda::the_driver()->device_count : 1; }

int needed_capability(const variant &v) { return std::atoi(v.needs); }
int capability_of(int id) { return cuda::the_driver()->devices[size_t(id)].capability; }

bool runs_on(const variant &v, device_kind kind, int id) {
    if (v.device != kind) return false;
    return kind != device_kind::cuda || capability_of(id) >= needed_capability(v);
}

bool deny(const variant &v, device_kind kind, int id, const text &why) {
    if (v.device != kind) return why.no("it is for tensors on %s", device_kind_names[int(v.device)]);
    int needed = needed_capability(v), found = capability_of(id);
    return why.no("it needs compute capability %d.%d, the device has %d.%d", needed / 10, needed % 10, found / 10, found % 10);
}

/// Its place in `variants`, or variant_count.
int best_variant(device_kind kind, int id) {
    int v = 0;
    while (v < variant_count && !runs_on(variants[v], kind, id)) v++;
    return v;
}

/// What the option or the environment names for tensors of that kind; null if neither does.
const char *named_variant(device_kind kind, const char *option) {
    const machine &m = this_machine();
    if (option) return option;
    if (m.forced && find_variant(m.forced) < 0) return m.forced;  // no device's, so it binds all
    return m.forced_gpu && m.forced_gpu->device == kind ? m.forced_gpu->name : nullptr;
}

}  // namespace

bool gpu_usable(device_kind kind, int id, char *why_not, size_t capacity) {
    text why = {why_not, capacity};
    if (!in_this_build(kind)) return why.no("this build has no kernels for it");
    if (const char *problem = driver_problem(kind); problem[0]) return why.no("%s", problem);
    if (kind == device_kind::opencl) return true;
    int count = device_count(kind);
    if (id < 0 || id >= count) return why.no("the driver has devices 0 to %d", count - 1);
    if (best_variant(kind, id) < variant_count) return true;
    return why.no("this build has no kernels for compute capability %d.%d", capability_of(id) / 10, capability_of(id) % 10);
}

slopewise_status find_host_address(const char *op, const void *buffer, uintptr_t *address) {
    void *host = nullptr;
    auto *one = static_cast<opencl::buffer>(const_cast<void *>(buffer));
    opencl::result r = opencl::the_driver()->get_buffer_info(one, opencl::buffer_host_pointer, sizeof host, &host, nullptr);
    *address = reinterpret_cast<uintptr_t>(host);
    return r == opencl::success ? SLOPEWISE_OK : fail(SLOPEWISE_DEVICE_ERROR, "%s: OpenCL: clGetMemObjectInfo: error %d", op, int(r));
}

bool gpu_variant_usable(const variant &v, char *why_not, size_t capacity) {
    text why = {why_not, capacity};
    if (const char *problem = driver_problem(v.device); problem[0]) return why.no("%s", problem);
    int count = device_count(v.device);
    for (int id = 0; id < count; id++) {
        if (runs_on(v, v.device, id)) return true;
    }
    return count > 0 ? deny(v, v.device, 0, why) : why.no("the driver has no device");
}

const variant *choose_gpu_variant(device_kind kind, int id, const char *forced) {
    const char *named = named_variant(kind, forced);
    if (!named) return &variants[best_variant(kind, id)];
    auto runs = [&](int v, char *why, size_t size) { return runs_on(variants[v], kind, id) || deny(variants[v], kind, id, {why, size}); };
    char problem[400];
    if (!explain_unusable(forced ? "variant" : "SLOPEWISE_VARIANT", named, runs, problem, sizeof problem)) {
        return &variants[find_variant(named)];
    }
    (void)fail(SLOPEWISE_UNAVAILABLE_VARIANT, "%s", problem);
    return nullptr;
}

}  // namespace slopewise
