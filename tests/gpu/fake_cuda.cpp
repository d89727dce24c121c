// libcuda.so.1 of the tests. FAKE_CUDA_INIT: what cuInit returns. Built once more without cuLaunchKernel, as a broken driver.
#include "fake_cuda.h"

#include <cstdlib>
#include <cstring>
#include <memory>

using namespace slopewise::test;

namespace {

struct module_of {
    std::string target;
};
struct function_of {
    std::string name, target;
};

struct everything {
    fake_cuda shown;
    std::vector<std::unique_ptr<module_of>> modules;
    std::vector<std::unique_ptr<function_of>> functions;
};
/// Made by the first caller: ThreadSanitizer knows of this lock, and not of the loader's around a library's own statics.
everything &all() {
    static everything it;
    return it;
}
thread_local std::vector<void *> contexts;

/// Under the lock: counted, and failing where that is asked.
int enter(const char *function) {
    if (all().shown.forgetful) return 0;
    all().shown.calls[function]++;
    auto failure = all().shown.fails.find(function);
    return failure == all().shown.fails.end() ? 0 : failure->second;
}

void *primary(int device) { return reinterpret_cast<void *>(uintptr_t(0x1000 + device)); }

}  // namespace

#define ENTER                                           \
    std::lock_guard<std::mutex> lock(all().shown.lock); \
    if (int error = enter(__func__)) return error;

extern "C" {

fake_cuda *fake_cuda_state() { return &all().shown; }

int cuInit(unsigned) {
    ENTER
    const char *result = std::getenv("FAKE_CUDA_INIT");
    return result ? std::atoi(result) : 0;
}
int cuGetErrorName(int error, const char **name) {
    *name = error == 100 ? "CUDA_ERROR_NO_DEVICE" : error == 719 ? "CUDA_ERROR_LAUNCH_FAILED" : "CUDA_ERROR_OF_SOME_KIND";
    return 0;
}
int cuDeviceGetCount(int *count) {
    ENTER
    *count = int(all().shown.capabilities.size());
    return 0;
}
int cuDeviceGet(int *device, int number) {
    ENTER
    *device = number;
    return 0;
}
int cuDeviceGetAttribute(int *value, int attribute, int device) {
    ENTER
    int capability = all().shown.capabilities[size_t(device)];
    *value = attribute == 75 ? capability / 10 : capability % 10;
    return 0;
}
int cuDevicePrimaryCtxRetain(void **context, int device) {
    ENTER
    *context = primary(device);
    return 0;
}
int cuCtxGetCurrent(void **context) {
    ENTER
    *context = contexts.empty() ? nullptr : contexts.back();
    return 0;
}
int cuCtxPushCurrent_v2(void *context) {
    ENTER
    contexts.push_back(context);
    return 0;
}
int cuCtxPopCurrent_v2(void **context) {
    ENTER
    *context = contexts.back();
    contexts.pop_back();
    return 0;
}
int cuThreadExchangeStreamCaptureMode(int *mode) {
    static thread_local int current = 0;
    std::swap(*mode, current);
    return 0;
}
int cuModuleLoadData(void **module, const void *ptx) {
    ENTER
    const char *target = std::strstr(static_cast<const char *>(ptx), ".target ") + 8;
    all().modules.push_back(std::make_unique<module_of>(module_of{std::string(target, std::strcspn(target, "\n"))}));
    *module = all().modules.back().get();
    return 0;
}
int cuModuleGetFunction(void **function, void *module, const char *name) {
    ENTER
    all().functions.push_back(std::make_unique<function_of>(function_of{name, static_cast<module_of *>(module)->target}));
    *function = all().functions.back().get();
    return 0;
}
#ifndef BROKEN
int cuLaunchKernel(void *function, unsigned blocks, unsigned, unsigned, unsigned threads, unsigned, unsigned, unsigned, void *stream,
                   void **arguments, void **) {
    ENTER
    if (all().shown.forgetful) return 0;
    auto &f = *static_cast<function_of *>(function);
    fake_launch l = {f.name, f.target, blocks, threads, stream, contexts.empty() ? nullptr : contexts.back(), {}};
    for (int i = 0; i < 2; i++) std::memcpy(&l.first[i], arguments[i], sizeof l.first[i]);
    all().shown.launches.push_back(l);
    return 0;
}
#endif
}
