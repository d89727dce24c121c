// Launches of OpenCL kernels: what their generated code imports in place of Halide's runtime. Nothing is allocated but when a
// kernel is first loaded in a context, and nothing is copied.
#include "gpu/opencl.h"

#include <new>
#include <utility>

#include "request/error.h"
#include "slopewise/halide_buffer.h"

namespace slopewise::opencl {
namespace {

struct kept_queue {
    location key;
    opencl::queue object;
    kept_queue *next = nullptr;
};

kept_list<kept_queue> own_queues;

}  // namespace

call::call(const char *op, dtype type, void *given, void *any) : launch(op, type), d(*the_driver()) {
    given ? use_queue(static_cast<opencl::queue>(given)) : use_own_queue(static_cast<buffer>(any));
}

void call::fail_with(const char *what, result r, const char *more) {
    status = r == allocation_failure || r == out_of_host_memory ? SLOPEWISE_OUT_OF_MEMORY : SLOPEWISE_DEVICE_ERROR;
    (void)fail(status, "%s: OpenCL: %s: error %d%s%.200s", op, what, int(r), more[0] ? ": " : "", more);
}

void call::use_queue(opencl::queue given) {
    queue = given;
    result r = d.get_queue_info(queue, queue_context, sizeof(context), &where.in, nullptr);
    if (r == success) r = d.get_queue_info(queue, queue_device, sizeof(device), &where.on, nullptr);
    if (r != success) fail_with("options->stream: clGetCommandQueueInfo", r);
}

void call::use_own_queue(buffer any) {
    own_queue = true;
    device devices[64];
    result r = d.get_buffer_info(any, buffer_context, sizeof(context), &where.in, nullptr);
    if (r == success) r = d.get_context_info(where.in, context_devices, sizeof devices, devices, nullptr);
    if (r != success) return fail_with(where.in ? "clGetContextInfo" : "clGetMemObjectInfo", r);
    where.on = devices[0];
    r = out_of_host_memory;
    kept_queue *kept = own_queues.find_or_make(where, [&] {
        auto *made = new (std::nothrow) kept_queue{where, nullptr};
        if (made) made->object = d.create_queue(where.in, where.on, 0, &r);
        if (r != success) delete std::exchange(made, nullptr);
        return made;
    });
    if (!kept) return fail_with("clCreateCommandQueue", r);
    queue = kept->object;
}

void call::run(kernel_source &source, const kernel_arguments &a) {
    loaded_kernel *k = status ? nullptr : source.loaded.find_or_make(where, [&] { return load(source, a); });
    if (!k || load_only) return;
    std::lock_guard<std::mutex> lock(k->launching);
    enqueue(k->object, a);
}

void call::enqueue(kernel k, const kernel_arguments &a) {
    uint32_t i = 0;
    result r = success;
    for (; r == success && a.sizes[i]; i++) {
        const void *value = a.is_buffer[i] ? &static_cast<halide_buffer_t *>(a.values[i])->device : a.values[i];
        r = d.set_kernel_argument(k, i, a.is_buffer[i] ? sizeof(buffer) : a.sizes[i], value);
    }
    // Generated kernels take some local memory last, of which ours use none; no device takes 0.
    if (r == success) r = d.set_kernel_argument(k, i, 1, nullptr);
    if (r != success) return fail_with("clSetKernelArg", r);
    size_t threads = size_t(a.threads), all = size_t(a.blocks) * threads;
    r = d.enqueue_kernel(queue, k, 1, nullptr, &all, &threads, 0, nullptr, nullptr);
    if (r != success) fail_with("clEnqueueNDRangeKernel", r);
}

void call::finish() {
    if (!own_queue || status) return;
    if (result r = d.finish(queue)) fail_with("clFinish", r);
}

}  // namespace slopewise::opencl

using namespace slopewise;

// Errors stay in the call; the generated code asks for none.
extern "C" {

int slopewise_opencl_initialize_kernels(void *user, void **state, const char *text, int) {
    if (__atomic_load_n(state, __ATOMIC_ACQUIRE)) return 0;
    auto *source = new (std::nothrow) opencl::kernel_source(text);
    void *none = nullptr;
    if (!source) {
        static_cast<opencl::call *>(user)->fail_with("loading the kernel", opencl::out_of_host_memory);
    } else if (!__atomic_compare_exchange_n(state, &none, source, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        delete source;
    }
    return 0;
}

int slopewise_opencl_run(void *user, void *state, const char *name, int blocks, int, int, int threads, int, int, int, size_t *sizes,
                         void **values, int8_t *is_buffer) {
    if (state)
        static_cast<opencl::call *>(user)->run(*static_cast<opencl::kernel_source *>(state),
                                               {name, blocks, threads, sizes, values, is_buffer});
    return 0;
}

void slopewise_opencl_finalize_kernels(void *, void *) {}

const halide_device_interface_t *slopewise_opencl_device_interface() { return nullptr; }
}
