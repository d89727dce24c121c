#include "gpu/opencl_driver.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "gpu/once.h"
#include "gpu/shared_object.h"

namespace slopewise::opencl {
namespace {

bool open(driver &d) {
    auto at = [](auto &function) { return reinterpret_cast<void **>(&function); };
    const symbol symbols[] = {{"clGetPlatformIDs", at(d.get_platform_ids)},
                              {"clGetDeviceIDs", at(d.get_device_ids)},
                              {"clGetDeviceInfo", at(d.get_device_info)},
                              {"clGetContextInfo", at(d.get_context_info)},
                              {"clGetCommandQueueInfo", at(d.get_queue_info)},
                              {"clGetMemObjectInfo", at(d.get_buffer_info)},
                              {"clCreateCommandQueue", at(d.create_queue)},
                              {"clCreateProgramWithSource", at(d.create_program)},
                              {"clBuildProgram", at(d.build_program)},
                              {"clGetProgramBuildInfo", at(d.get_build_info)},
                              {"clCreateKernel", at(d.create_kernel)},
                              {"clSetKernelArg", at(d.set_kernel_argument)},
                              {"clEnqueueNDRangeKernel", at(d.enqueue_kernel)},
                              {"clReleaseKernel", at(d.release_kernel)},
                              {"clReleaseProgram", at(d.release_program)},
                              {"clFinish", at(d.finish)},
                              {"clGetKernelWorkGroupInfo", at(d.get_work_group_info)}};
    const char *names[] = {"libOpenCL.so.1", "libOpenCL.so"};
    return open_driver(names, std::size(names), symbols, std::size(symbols), d.problem, sizeof d.problem);
}

/// Whether any device of any platform will do. A platform whose query fails has none.
bool has_device(const driver &d, const char **shortcoming) {
    platform platforms[16];
    uint32_t platform_count = 0;
    if (d.get_platform_ids(std::size(platforms), platforms, &platform_count) != success) return false;
    for (uint32_t p = 0; p < std::min<uint32_t>(platform_count, std::size(platforms)); p++) {
        device devices[64];
        uint32_t count = 0;
        if (d.get_device_ids(platforms[p], all_devices, std::size(devices), devices, &count) != success) continue;
        for (uint32_t i = 0; i < std::min<uint32_t>(count, std::size(devices)); i++) {
            *shortcoming = shortcoming_of(d, devices[i], false);
            if (!*shortcoming) return true;
        }
    }
    return false;
}

bool fill(driver &d) {
    const char *shortcoming = nullptr;
    if (open(d) && !has_device(d, &shortcoming))
        std::snprintf(d.problem, sizeof d.problem, "%s", shortcoming ? shortcoming : "no platform has a device");
    return true;
}

resolved_once<driver> place;

}  // namespace

const driver *the_driver() { return place.get(fill); }

const char *shortcoming_of(const driver &d, device one, bool in_double) {
    uint64_t single = 0, doubled = 0;
    constexpr uint64_t needed = fp_denormals | fp_infinity_and_nan | fp_round_to_nearest;
    (void)d.get_device_info(one, device_single_fp_config, sizeof single, &single, nullptr);
    (void)d.get_device_info(one, device_double_fp_config, sizeof doubled, &doubled, nullptr);
    if ((single & needed) != needed) return "the device does not keep subnormals and NaNs or does not round to nearest";
    return in_double && !doubled ? "the device has no double precision" : nullptr;
}

}  // namespace slopewise::opencl
