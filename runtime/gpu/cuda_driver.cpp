#include "gpu/cuda_driver.h"

#include <cstdio>
#include <iterator>
#include <new>

#include "gpu/once.h"
#include "gpu/shared_object.h"

namespace slopewise::cuda {
namespace {

bool open(driver &d) {
    auto at = [](auto &function) { return reinterpret_cast<void **>(&function); };
    const symbol symbols[] = {{"cuInit", at(d.init)},
                              {"cuGetErrorName", at(d.get_error_name)},
                              {"cuDeviceGetCount", at(d.device_get_count)},
                              {"cuDeviceGet", at(d.device_get)},
                              {"cuDeviceGetAttribute", at(d.device_get_attribute)},
                              {"cuDevicePrimaryCtxRetain", at(d.primary_context_retain)},
                              {"cuCtxGetCurrent", at(d.context_get_current)},
                              {"cuCtxPushCurrent_v2", at(d.context_push_current)},
                              {"cuCtxPopCurrent_v2", at(d.context_pop_current)},
                              {"cuModuleLoadData", at(d.module_load_data)},
                              {"cuModuleGetFunction", at(d.module_get_function)},
                              {"cuThreadExchangeStreamCaptureMode", at(d.exchange_capture_mode)},
                              {"cuLaunchKernel", at(d.launch_kernel)}};
    // A machine with a driver and no toolkit has no libcuda.so.
    const char *names[] = {"libcuda.so.1", "libcuda.so"};
    return open_driver(names, std::size(names), symbols, std::size(symbols), d.problem, sizeof d.problem);
}

bool works(driver &d, const char *what, result r) {
    if (r == success) return true;
    std::snprintf(d.problem, sizeof d.problem, "%s: %s", what, name_of(d, r));
    return false;
}

bool ask(driver &d, device &one, int number) {
    int major = 0, minor = 0;
    if (!works(d, "cuDeviceGet", d.device_get(&one.handle, number)) ||
        !works(d, "cuDeviceGetAttribute", d.device_get_attribute(&major, capability_major, one.handle)) ||
        !works(d, "cuDeviceGetAttribute", d.device_get_attribute(&minor, capability_minor, one.handle))) {
        return false;
    }
    one.capability = 10 * major + minor;
    return true;
}

/// False without memory.
bool fill(driver &d) {
    if (!open(d) || !works(d, "cuInit", d.init(0)) || !works(d, "cuDeviceGetCount", d.device_get_count(&d.device_count))) return true;
    d.devices.reset(new (std::nothrow) device[size_t(d.device_count)]);
    for (int i = 0; d.devices && !d.problem[0] && i < d.device_count; i++) (void)ask(d, d.devices[i], i);
    return bool(d.devices);
}

resolved_once<driver> place;

}  // namespace

const driver *the_driver() { return place.get(fill); }

const char *name_of(const driver &d, result r) {
    const char *name = nullptr;
    return d.get_error_name(r, &name) == success && name ? name : "an error without a name";
}

}  // namespace slopewise::cuda
