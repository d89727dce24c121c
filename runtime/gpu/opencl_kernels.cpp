// OpenCL kernels from source, once a context and device.
#include <algorithm>
#include <iterator>
#include <new>

#include "gpu/opencl.h"
#include "request/error.h"

namespace slopewise::opencl {

loaded_kernel *call::load(const kernel_source &source, const char *name) {
    if (const char *shortcoming = shortcoming_of(d, where.on, type == dtype::f64)) {
        status = fail(SLOPEWISE_UNSUPPORTED_DEVICE, "%s: OpenCL: %s", op, shortcoming);
        return nullptr;
    }
    kernel object = build(source, name);
    auto *loaded = object ? new (std::nothrow) loaded_kernel(where, object) : nullptr;
    if (object && !loaded) {
        (void)d.release_kernel(object);
        fail_with("loading the kernel", out_of_host_memory);
    }
    return loaded;
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
