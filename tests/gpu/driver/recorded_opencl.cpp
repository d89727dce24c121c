// libOpenCL.so.1 of the tests that look at calls: one platform, one device, one context. Any address is a buffer in it.
#include "recorded_opencl.h"

#include <cstdlib>
#include <cstring>
#include <memory>

using namespace slopewise::test;

namespace {

constexpr int32_t success = 0, out_of_resources = -5, invalid_value = -30;
constexpr uint32_t device_single_fp_config = 0x101b, device_double_fp_config = 0x1032;
constexpr uint32_t context_devices = 0x1081, queue_context = 0x1090, queue_device = 0x1091, buffer_context = 0x1106,
                   buffer_host_pointer = 0x1103, kernel_work_group_size = 0x11b0;

// Handles are numbers; nobody looks into them.
void *const the_platform = reinterpret_cast<void *>(0x10), *const the_device = reinterpret_cast<void *>(0x20),
            *const the_context = reinterpret_cast<void *>(0x30), *const a_queue = reinterpret_cast<void *>(0x40),
            *const a_program = reinterpret_cast<void *>(0x50);

struct kernel {
    std::string name;
    std::map<uint32_t, std::vector<uint8_t>> arguments;
};

recorded_opencl &all() {
    constexpr uint64_t denormals_nans_and_nearest = 7;
    static recorded_opencl &it = *new recorded_opencl;
    if (it.device_info.empty()) {
        it.device_info = {{device_single_fp_config, denormals_nans_and_nearest}, {device_double_fp_config, denormals_nans_and_nearest}};
    }
    return it;
}

template <class Function>
int32_t entered(const char *name, Function function) {
    recorded_opencl &a = all();
    std::lock_guard<std::mutex> lock(a.lock);
    a.calls[name]++;
    if (a.calls_to_failure && --a.calls_to_failure == 0) {
        a.failed = name;
        return out_of_resources;
    }
    return function(a);
}

/// Functions that give a handle, and the error beside it.
template <class Function>
void *made(const char *name, int32_t *error, Function function) {
    void *handle = nullptr;
    *error = entered(name, [&](recorded_opencl &a) {
        handle = function(a);
        return success;
    });
    return handle;
}

int32_t answer(const void *value, size_t bytes, size_t room, void *to) {
    if (room < bytes) return invalid_value;
    std::memcpy(to, value, bytes);
    return success;
}
int32_t answer(void *handle, size_t room, void *to) { return answer(&handle, sizeof handle, room, to); }

}  // namespace

extern "C" {

recorded_opencl *slopewise_recorded_opencl() { return &all(); }

int32_t clGetPlatformIDs(uint32_t, void **platforms, uint32_t *count) {
    return entered(__func__, [&](auto &) {
        platforms[0] = the_platform;
        *count = 1;
        return success;
    });
}
int32_t clGetDeviceIDs(void *, uint64_t, uint32_t, void **devices, uint32_t *count) {
    return entered(__func__, [&](auto &) {
        devices[0] = the_device;
        *count = 1;
        return success;
    });
}
int32_t clGetDeviceInfo(void *, uint32_t what, size_t room, void *to, size_t *) {
    return entered(__func__, [&](recorded_opencl &a) {
        auto found = a.device_info.find(what);
        return found == a.device_info.end() ? invalid_value : answer(&found->second, sizeof found->second, room, to);
    });
}
int32_t clGetContextInfo(void *, uint32_t what, size_t room, void *to, size_t *) {
    return entered(__func__, [&](auto &) { return what == context_devices ? answer(the_device, room, to) : invalid_value; });
}
int32_t clGetCommandQueueInfo(void *, uint32_t what, size_t room, void *to, size_t *) {
    return entered(__func__, [&](auto &) {
        if (what == queue_context) return answer(the_context, room, to);
        return what == queue_device ? answer(the_device, room, to) : invalid_value;
    });
}
int32_t clGetMemObjectInfo(void *, uint32_t what, size_t room, void *to, size_t *) {
    return entered(__func__, [&](recorded_opencl &a) {
        if (what == buffer_host_pointer) return answer(a.host_pointer, room, to);
        return what == buffer_context ? answer(the_context, room, to) : invalid_value;
    });
}
int32_t clGetKernelWorkGroupInfo(void *, void *, uint32_t what, size_t room, void *to, size_t *) {
    return entered(__func__, [&](recorded_opencl &a) {
        return what == kernel_work_group_size ? answer(&a.work_group_size, sizeof a.work_group_size, room, to) : invalid_value;
    });
}
int32_t clGetPlatformInfo(void *, uint32_t, size_t room, void *to, size_t *) {
    return entered(__func__, [&](auto &) { return answer("recorded", sizeof "recorded", room, to); });
}
void *clCreateContext(const intptr_t *, uint32_t, void *const *, void (*)(const char *, const void *, size_t, void *), void *,
                      int32_t *error) {
    return made(__func__, error, [](auto &) { return the_context; });
}
int32_t clReleaseContext(void *) {
    return entered(__func__, [](auto &) { return success; });
}
// Buffers that are made here are memory of this process.
void *clCreateBuffer(void *, uint64_t, size_t bytes, void *, int32_t *error) {
    return made(__func__, error, [&](auto &) { return std::malloc(bytes); });
}
int32_t clReleaseMemObject(void *buffer) {
    return entered(__func__, [&](auto &) {
        std::free(buffer);
        return success;
    });
}
int32_t clEnqueueWriteBuffer(void *, void *buffer, uint32_t, size_t offset, size_t bytes, const void *from, uint32_t, const void *,
                             void *) {
    return entered(__func__, [&](auto &) {
        std::memcpy(static_cast<char *>(buffer) + offset, from, bytes);
        return success;
    });
}
int32_t clEnqueueReadBuffer(void *, void *buffer, uint32_t, size_t offset, size_t bytes, void *to, uint32_t, const void *, void *) {
    return entered(__func__, [&](auto &) {
        std::memcpy(to, static_cast<char *>(buffer) + offset, bytes);
        return success;
    });
}
int32_t clEnqueueCopyBuffer(void *, void *from, void *to, size_t from_offset, size_t to_offset, size_t bytes, uint32_t, const void *,
                            void *) {
    return entered(__func__, [&](auto &) {
        std::memcpy(static_cast<char *>(to) + to_offset, static_cast<char *>(from) + from_offset, bytes);
        return success;
    });
}
void *clCreateCommandQueue(void *context, void *device, uint64_t, int32_t *error) {
    return made(__func__, error, [&](recorded_opencl &a) {
        if (context != the_context || device != the_device) a.problem = "a queue on another device, or in another context";
        return a_queue;
    });
}
void *clCreateProgramWithSource(void *context, uint32_t count, const char **, const size_t *, int32_t *error) {
    return made(__func__, error, [&](recorded_opencl &a) {
        if (context != the_context || count != 1) a.problem = "a program of many texts, or in another context";
        a.programs++;
        return a_program;
    });
}
int32_t clBuildProgram(void *, uint32_t count, void *const *devices, const char *, void (*)(void *, void *), void *) {
    return entered(__func__, [&](recorded_opencl &a) {
        if (count != 1 || devices[0] != the_device) a.problem = "a program is built for another device";
        return success;
    });
}
int32_t clGetProgramBuildInfo(void *, void *, uint32_t, size_t room, void *to, size_t *) {
    return entered(__func__, [&](auto &) { return answer("why not", sizeof "why not", room, to); });
}
void *clCreateKernel(void *, const char *name, int32_t *error) {
    return made(__func__, error, [&](recorded_opencl &a) {
        a.kernels++;
        return new kernel{name, {}};
    });
}
int32_t clSetKernelArg(kernel *k, uint32_t index, size_t bytes, const void *value) {
    return entered(__func__, [&](auto &) {
        auto *begin = static_cast<const uint8_t *>(value);
        k->arguments[index] = begin ? std::vector<uint8_t>(begin, begin + bytes) : std::vector<uint8_t>();
        return success;
    });
}
int32_t clEnqueueNDRangeKernel(void *queue, kernel *k, uint32_t, const size_t *, const size_t *all_threads, const size_t *group, uint32_t,
                               const void *, void *) {
    return entered(__func__, [&](recorded_opencl &a) {
        recorded_enqueue e = {queue, k->name, *all_threads, *group, {}};
        for (const auto &[index, value] : k->arguments) e.arguments.push_back(value);
        a.enqueued.push_back(e);
        return success;
    });
}
int32_t clReleaseKernel(kernel *k) {
    return entered(__func__, [&](recorded_opencl &a) {
        a.kernels--;
        delete k;
        return success;
    });
}
int32_t clReleaseProgram(void *) {
    return entered(__func__, [](recorded_opencl &a) {
        a.programs--;
        return success;
    });
}
int32_t clReleaseCommandQueue(void *) {
    return entered(__func__, [](auto &) { return success; });
}
int32_t clFinish(void *) {
    return entered(__func__, [](auto &) { return success; });
}
}
