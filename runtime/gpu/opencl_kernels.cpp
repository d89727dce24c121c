// OpenCL kernels from source, once a context and device.
#include <algorithm>
#include <iterator>
#include <new>

#include "gpu/opencl.h"
#include "request/error.h"

namespace slopewise::opencl {

/// Work-groups may have no more items than that on this device.
bool call::takes(kernel k, int threads) {
    size_t most = 0;
    result r = d.get_work_group_info(k, where.on, kernel_work_group_size, sizeof most, &most, nullptr);
    if (r != success) return fail_with("clGetKernelWorkGroupInfo", r), false;
    if (most >= size_t(threads)) return true;
    status =
        fail(SLOPEWISE_UNSUPPORTED_DEVICE, "%s: OpenCL: the device's work-groups have %zu items, expected %d or more", op, most, threads);
    return false;
}

loaded_kernel *call::load(const kernel_source &source, const kernel_arguments &a) {
    if (const char *shortcoming = shortcoming_of(d, where.on, type == dtype::f64)) {
        status = fail(SLOPEWISE_UNSUPPORTED_DEVICE, "%s: OpenCL: %s", op, shortcoming);
        return nullptr;
    }
    kernel object = build(source, a.name);
    if (!object) return nullptr;
    auto *loaded = takes(object, a.threads) ? new (std::nothrow) loaded_kernel(where, object) : nullptr;
    if (loaded) return loaded;
    (void)d.release_kernel(object);
    if (!status) fail_with("loading the kernel", out_of_host_memory);
    return nullptr;
}

kernel call::build(const kernel_source &source, const char *name) {
    result r;
    const char *text = source.text;
    program p = d.create_program(where.in, 1, &text, nullptr, &r);
    if (r != success) return fail_with("clCreateProgramWithSource", r), nullptr;
    char log[1024] = "";
    kernel k = nullptr;
    r = d.build_program(p, 1, &where.on, "", nullptr, nullptr);
    if (r == success) {
        k = d.create_kernel(p, name, &r);
    } else {
        (void)d.get_build_info(p, where.on, program_build_log, sizeof log - 1, log, nullptr);
        std::replace(std::begin(log), std::end(log), '\n', ' ');
    }
    if (r != success) fail_with("building the kernel", r, log);
    (void)d.release_program(p);  // the kernel keeps it
    return r == success ? k : nullptr;
}

}  // namespace slopewise::opencl
