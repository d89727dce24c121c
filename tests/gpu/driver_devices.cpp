// The devices of the program and of the benchmarks: what they are told reaches the driver, and a call of it that fails is an error
// that names it.
#include <numeric>
#include <stdexcept>

#include "devices/device.h"
#include "driver/recorded_opencl.h"
#include "driver_check.h"

namespace slopewise::test {
namespace {

/// An array there and back, copied on the device.
void go_there_and_back(const std::string &kind) {
    std::vector<uint8_t> sent(1003), back(sent.size());
    std::iota(sent.begin(), sent.end(), 1);
    std::unique_ptr<devices::device> d = devices::open(kind);
    void *first = d->allocate(sent.size()), *second = d->allocate(sent.size()), *nothing = d->allocate(0), *stream = d->new_stream();
    d->upload(first, sent.data(), sent.size());
    d->upload(nothing, sent.data(), 0);
    d->copy(second, first, sent.size(), stream);
    d->finish(stream);
    d->download(back.data(), second, back.size());
    d->download(back.data(), nothing, 0);
    for (void *memory : {first, second, nothing}) d->release(memory);
    require(back == sent, kind + ": other bytes came back");
}

/// What fails has no error where nothing is lost by it: releases, and texts about a device that others tell from it.
bool may_fail(const std::string &function) {
    for (const char *name : {"cuMemFree_v2", "cuStreamDestroy_v2", "clGetPlatformInfo", "clGetDeviceInfo", "clReleaseMemObject",
                             "clReleaseCommandQueue", "clReleaseContext"}) {
        if (function == name) return true;
    }
    return false;
}

/// Without the version that CUDA's names end with, or its manner of copying.
std::string name_in_messages(const std::string &function) {
    if (function == "clGetPlatformIDs" || function == "clGetDeviceIDs") return "OpenCL has 0 devices";
    return function.substr(0, function.rfind("_v2"));
}

template <class Driver>
bool fails_on_device(Driver &d, const char *kind, int k) {
    d.calls_to_failure = k;
    std::string error;
    try {
        go_there_and_back(kind);
    } catch (const std::runtime_error &e) {
        error = e.what();
    }
    if (d.failed.empty()) {
        require(error.empty(), "it works where nothing fails: " + error);
        return false;
    }
    std::string what = "call " + std::to_string(k) + ", " + d.failed + ": \"" + error + "\"";
    require(may_fail(d.failed) ? error.empty() : error.find(name_in_messages(d.failed)) == 0, what);
    return true;
}

recorded_opencl &opencl() {
    return *reinterpret_cast<recorded_opencl_function *>(dlsym(dlopen("libOpenCL.so.1", RTLD_NOW), "slopewise_recorded_opencl"))();
}

void cuda_devices_fail_at_each_call() {
    each_call_fails([](int k) { return fails_on_device(driver(), "cuda", k); });
}
void opencl_devices_fail_at_each_call() {
    each_call_fails([](int k) { return fails_on_device(opencl(), "opencl", k); });
}

void names_of_devices() {
    require(devices::names("cuda") == std::vector<std::string>(2, interpreter_name), "both of CUDA's");
    require(devices::open("cuda")->name() == interpreter_name, "the first one's");
    driver().fails = {{"cuDeviceGetCount", 100}};
    require(devices::names("cuda").empty(), "none where the driver does not say");
}

void devices_release_what_they_make() {
    go_there_and_back("opencl");
    recorded_opencl &o = opencl();
    require(o.calls["clReleaseCommandQueue"] == o.calls["clCreateCommandQueue"] && o.calls["clCreateCommandQueue"] == 2, "queues");
    require(o.calls["clReleaseContext"] == 1, "the context");
    require(o.calls["clReleaseMemObject"] == 3 && o.calls["clCreateBuffer"] == 3, "buffers");
    require(o.calls["clFinish"] == 1 && o.calls["clEnqueueWriteBuffer"] == 1 && o.calls["clEnqueueReadBuffer"] == 1, "nothing in vain");
}

void cuda_devices_release_what_they_make() {
    go_there_and_back("cuda");
    interpreted_cuda &d = driver();
    require(d.calls["cuStreamDestroy_v2"] == 1 && d.calls["cuStreamCreate"] == 1, "streams");
    require(d.calls["cuMemFree_v2"] == 3 && d.calls["cuMemAlloc_v2"] == 3, "memory");
    require(d.calls["cuStreamSynchronize"] >= 2, "other streams do not wait for what is uploaded");
}

}  // namespace

const std::vector<check> device_checks = {{"cuda_devices_fail_at_each_call", cuda_devices_fail_at_each_call},
                                          {"opencl_devices_fail_at_each_call", opencl_devices_fail_at_each_call, "recorded"},
                                          {"names_of_devices", names_of_devices},
                                          {"devices_release_what_they_make", devices_release_what_they_make, "recorded"},
                                          {"cuda_devices_release_what_they_make", cuda_devices_release_what_they_make}};

}  // namespace slopewise::test
