// Launches of CUDA kernels: what their generated code imports in place of Halide's runtime. Nothing is allocated but when a
// kernel is first loaded on a device, nothing is copied, nothing waits.
#include "gpu/cuda.h"

#include <mutex>
#include <new>

#include "request/error.h"
#include "slopewise/halide_buffer.h"

namespace slopewise::cuda {
namespace {

/// What a device made of a kernel. A module that lacks the function is kept too: another call would load it again.
struct compiled {
    std::atomic<cuda::function> function{};
    module loaded{};
};

/// A kernel of this build: its PTX, and what became of it.
struct kernel {
    const char *ptx;
    compiled *on_device;
};

kernel *new_kernel(const char *ptx, int devices) {
    auto *all = new (std::nothrow) compiled[size_t(devices)];
    auto *k = all ? new (std::nothrow) kernel{ptx, all} : nullptr;
    if (!k) delete[] all;
    return k;
}

void delete_kernel(kernel *k) {
    delete[] k->on_device;
    delete k;
}

/// A load allocates, and so does a context, which a stream that is being captured into a graph forbids in its strictest mode.
class relaxed_capture {
public:
    explicit relaxed_capture(const driver &d) : d(d), relaxed(d.exchange_capture_mode(&mode) == success) {}
    ~relaxed_capture() {
        if (relaxed) (void)d.exchange_capture_mode(&mode);
    }
    relaxed_capture(const relaxed_capture &) = delete;
    relaxed_capture &operator=(const relaxed_capture &) = delete;

private:
    const driver &d;
    int mode = capture_relaxed;
    const bool relaxed;
};

/// The driver compiles PTX for a tenth of a second or takes it from its cache: threads that come at once wait for one.
std::mutex loading;

result load(const driver &d, const char *ptx, const char *name, compiled &c) {
    std::lock_guard<std::mutex> lock(loading);
    if (c.function.load(std::memory_order_acquire)) return success;
    relaxed_capture relaxed(d);
    module made = c.loaded;
    function f;
    result r = made ? success : d.module_load_data(&made, ptx);
    if (r == success) c.loaded = made;
    if (r == success) r = d.module_get_function(&f, made, name);
    if (r == success) c.function.store(f, std::memory_order_release);
    return r;
}

}  // namespace

call::call(const char *op, dtype type, int device, void *stream)
    : launch(op, type), d(*the_driver()), device(device), stream(static_cast<cuda::stream>(stream)) {
    make_current();
}

call::~call() {
    context popped;
    if (pushed) (void)d.context_pop_current(&popped);
}

void call::fail_with(const char *what, result r) {
    status = r == out_of_memory ? SLOPEWISE_OUT_OF_MEMORY : SLOPEWISE_DEVICE_ERROR;
    (void)fail(status, "%s: CUDA device %d: %s: %s", op, device, what, name_of(d, r));
}

/// Threads that come first at once each retain it, which is only counted.
void call::make_current() {
    const cuda::device &on = d.devices[size_t(device)];
    context primary = on.primary.load(std::memory_order_acquire), current = nullptr;
    if (!primary) {
        relaxed_capture relaxed(d);
        if (result r = d.primary_context_retain(&primary, on.handle)) return fail_with("cuDevicePrimaryCtxRetain", r);
        on.primary.store(primary, std::memory_order_release);
    }
    if (d.context_get_current(&current) == success && current == primary) return;
    if (result r = d.context_push_current(primary)) return fail_with("cuCtxPushCurrent", r);
    pushed = true;
}

function call::loaded(void *state, const char *name) {
    compiled &c = static_cast<kernel *>(state)->on_device[device];
    if (function f = c.function.load(std::memory_order_acquire)) return f;
    if (result r = load(d, static_cast<kernel *>(state)->ptx, name, c)) fail_with("loading the kernel", r);
    return c.function.load(std::memory_order_acquire);
}

void call::run(void *state, const kernel_arguments &a) {
    function f = status ? nullptr : loaded(state, a.name);
    if (!f || load_only) return;
    void *values[max_kernel_arguments];
    for (int i = 0; a.sizes[i]; i++) {
        values[i] = a.is_buffer[i] ? &static_cast<halide_buffer_t *>(a.values[i])->device : a.values[i];
    }
    if (result r = d.launch_kernel(f, unsigned(a.blocks), 1, 1, unsigned(a.threads), 1, 1, 0, stream, values, nullptr)) {
        fail_with("cuLaunchKernel", r);
    }
}

}  // namespace slopewise::cuda

using namespace slopewise;

// Errors stay in the call; the generated code asks for none.
extern "C" {

int slopewise_cuda_initialize_kernels(void *user, void **state, const char *ptx, int) {
    if (__atomic_load_n(state, __ATOMIC_ACQUIRE)) return 0;
    auto &c = *static_cast<cuda::call *>(user);
    cuda::kernel *k = cuda::new_kernel(ptx, cuda::the_driver()->device_count);
    void *none = nullptr;
    if (!k) {
        c.fail_with("loading the kernel", cuda::out_of_memory);
    } else if (!__atomic_compare_exchange_n(state, &none, k, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        cuda::delete_kernel(k);
    }
    return 0;
}

int slopewise_cuda_run(void *user, void *state, const char *name, int blocks, int, int, int threads, int, int, int, size_t *sizes,
                       void **values, int8_t *is_buffer) {
    static_cast<cuda::call *>(user)->run(state, {name, blocks, threads, sizes, values, is_buffer});
    return 0;
}

void slopewise_cuda_finalize_kernels(void *, void *) {}

const halide_device_interface_t *slopewise_cuda_device_interface() { return nullptr; }

int slopewise_copy_to_device(void *, halide_buffer_t *, const halide_device_interface_t *) { return 0; }
}
