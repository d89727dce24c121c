// Devices and contexts.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "state.h"

using namespace slopewise::test;
using namespace slopewise::test::cuda;

namespace {

constexpr int capability_major = 75, capability_minor = 76;  // CUdevice_attribute

bool exists(int device) { return device >= 0 && size_t(device) < all().shown.capabilities.size(); }

}  // namespace

extern "C" {

/// SLOPEWISE_TEST_CUDA_INIT: what it returns.
int cuInit(unsigned flags) {
    return entered(__func__, [&]() -> int {
        if (flags) return invalid_value;
        all().initialized_by = getpid();
        const char *result = std::getenv("SLOPEWISE_TEST_CUDA_INIT");
        return result ? std::atoi(result) : success;
    });
}

int cuGetErrorName(int error, const char **name) {
    static const std::map<int, const char *> names = {{invalid_value, "CUDA_ERROR_INVALID_VALUE"},
                                                      {out_of_memory, "CUDA_ERROR_OUT_OF_MEMORY"},
                                                      {not_initialized, "CUDA_ERROR_NOT_INITIALIZED"},
                                                      {no_device, "CUDA_ERROR_NO_DEVICE"},
                                                      {invalid_device, "CUDA_ERROR_INVALID_DEVICE"},
                                                      {invalid_context, "CUDA_ERROR_INVALID_CONTEXT"},
                                                      {invalid_ptx, "CUDA_ERROR_INVALID_PTX"},
                                                      {invalid_handle, "CUDA_ERROR_INVALID_HANDLE"},
                                                      {not_found, "CUDA_ERROR_NOT_FOUND"},
                                                      {ptx::illegal_address, "CUDA_ERROR_ILLEGAL_ADDRESS"},
                                                      {ptx::misaligned_address, "CUDA_ERROR_MISALIGNED_ADDRESS"},
                                                      {ptx::launch_failed, "CUDA_ERROR_LAUNCH_FAILED"},
                                                      {capture_unsupported, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"},
                                                      {capture_invalidated, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED"},
                                                      {capture_implicit, "CUDA_ERROR_STREAM_CAPTURE_IMPLICIT"},
                                                      {capture_wrong_thread, "CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD"}};
    auto found = names.find(error);
    if (found == names.end()) return invalid_value;
    *name = found->second;
    return success;
}

int cuDeviceGetCount(int *count) {
    return entered(__func__, [&] {
        *count = int(all().shown.capabilities.size());
        return success;
    });
}

int cuDeviceGet(int *device, int number) {
    return entered(__func__, [&] {
        *device = number;
        return exists(number) ? success : invalid_device;
    });
}

int cuDeviceGetName(char *name, int size, int device) {
    return entered(__func__, [&] {
        std::snprintf(name, size_t(size), "%s", interpreter_name);
        return exists(device) ? success : invalid_device;
    });
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
    return entered(__func__, [&] {
        if (!exists(device)) return invalid_device;
        int capability = all().shown.capabilities[size_t(device)];
        *value = attribute == capability_major ? capability / 10 : capability % 10;
        return attribute == capability_major || attribute == capability_minor ? success : invalid_value;
    });
}

/// The first time it makes the context, which is unsafe while a stream is captured.
int cuDevicePrimaryCtxRetain(context **made, int device) {
    return entered(__func__, [&]() -> int {
        everything &a = all();
        if (!exists(device)) return invalid_device;
        a.primary.resize(a.shown.capabilities.size());
        context *&primary = a.primary[size_t(device)];
        if (!primary && breaks_capture()) return fail(capture_unsupported, "a context is made while a stream is captured");
        if (!primary) primary = a.contexts.add(device);
        *made = primary;
        return success;
    });
}

int cuCtxCreate_v2(context **made, unsigned, int device) {
    return entered(__func__, [&] {
        if (!exists(device)) return invalid_device;
        *made = all().contexts.add(device);
        current_contexts().push_back(*made);
        return success;
    });
}

int cuCtxGetCurrent(context **current) {
    return entered(__func__, [&] {
        *current = current_contexts().empty() ? nullptr : current_contexts().back();
        return success;
    });
}

int cuCtxSetCurrent(context *c) {
    return entered(__func__, [&] {
        if (!all().contexts.find(c)) return invalid_context;
        if (!current_contexts().empty()) current_contexts().pop_back();
        current_contexts().push_back(c);
        return success;
    });
}

int cuCtxPushCurrent_v2(context *c) {
    return entered(__func__, [&] {
        if (!all().contexts.find(c)) return invalid_context;
        current_contexts().push_back(c);
        return success;
    });
}

int cuCtxPopCurrent_v2(context **popped) {
    return entered(__func__, [&] {
        if (current_contexts().empty()) return invalid_context;
        *popped = current_contexts().back();
        current_contexts().pop_back();
        return success;
    });
}
}
