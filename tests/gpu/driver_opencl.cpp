// The OpenCL runtime against an OpenCL that remembers: what is launched where, and what failures give.
#include <algorithm>

#include "driver/recorded_opencl.h"
#include "driver_check.h"

namespace slopewise::test {
namespace {

recorded_opencl &opencl() {
    return *reinterpret_cast<recorded_opencl_function *>(dlsym(dlopen("libOpenCL.so.1", RTLD_NOW), "slopewise_recorded_opencl"))();
}

/// x and y of two buffers.
struct in_buffers : on_device {
    explicit in_buffers(int64_t n, DLDataType type = f32) : on_device(n) {
        x.device = y.device = {kDLOpenCL, 0};
        x.dtype = y.dtype = type;
    }
    /// Two launches of 1003 elements, of two kernels.
    slopewise_status rrelu() {
        slopewise_rrelu_params p = default_params();
        return slopewise_rrelu(&x, &p, &y, nullptr, &options);
    }
};

template <class T>
bool takes(const recorded_enqueue &e, T value) {
    auto *begin = reinterpret_cast<const uint8_t *>(&value);
    return std::find(e.arguments.begin(), e.arguments.end(), std::vector<uint8_t>(begin, begin + sizeof value)) != e.arguments.end();
}

void launches_in_opencl() {
    in_buffers t(1003);
    t.options.stream = &failures;
    require(t.relu() == SLOPEWISE_OK, "relu");
    recorded_opencl &o = opencl();
    require(o.enqueued.size() == 2, "whole vectors, and the rest");
    for (const recorded_enqueue &e : o.enqueued) {
        require(e.queue == t.options.stream && takes(e, t.x.data) && takes(e, t.y.data), "on the caller's queue, of those buffers");
        require(e.group == 256 && e.all % e.group == 0, "in whole groups");
        require(e.arguments.back().empty(), "local memory, which generated kernels take last");
    }
    require(o.enqueued[0].all == 256 && takes(o.enqueued[1], int64_t{1000}), "four floats a thread, then from the thousandth on");
    require(o.calls["clFinish"] == 0, "nothing waits");
    t.options.stream = nullptr;
    require(t.relu() == SLOPEWISE_OK && o.calls["clFinish"] == 1 && o.calls["clCreateCommandQueue"] == 1,
            "a queue of its own is waited for");
    require(t.relu() == SLOPEWISE_OK && o.calls["clCreateCommandQueue"] == 1 && o.calls["clBuildProgram"] == 2, "all is made once");
    require(o.problem.empty(), o.problem);
}

/// An offset is counted in what a thread has, whatever its size; it decides on whole vectors as an address does.
void offsets_in_opencl() {
    in_buffers t(1024);
    auto begins_at = [&](uint64_t x, uint64_t y) {
        t.x.byte_offset = x;
        t.y.byte_offset = y;
        require(t.relu() == SLOPEWISE_OK, "relu");
        return opencl().enqueued.back();
    };
    constexpr int64_t high = int64_t{3} << 28;
    recorded_enqueue wide = begins_at(uint64_t(16 * (high + 5)), 16 * 7), narrow = begins_at(uint64_t(4 * (high + 9)), 0),
                     other = begins_at(0, 8);
    require(wide.all == 256 && takes(wide, high + 5) && takes(wide, int64_t{7}), "offsets in vectors");
    require(narrow.all == 1024 && takes(narrow, high + 9), "in elements");
    require(other.all == 1024 && takes(other, int64_t{2}), "the output's decides, too");
}

slopewise_status what_failure_gives(const std::string &function, bool was_open) {
    if (function == "clReleaseProgram") return SLOPEWISE_OK;
    bool asks = function == "clGetPlatformIDs" || function == "clGetDeviceIDs" || function == "clGetDeviceInfo";
    return asks || !was_open ? SLOPEWISE_UNSUPPORTED_DEVICE : SLOPEWISE_DEVICE_ERROR;
}

/// Whether there was a k-th call to fail. All is loaded before anything is enqueued, and what was made in vain is released.
bool fails_in_opencl_at(int k) {
    recorded_opencl &o = opencl();
    o.calls_to_failure = k;
    slopewise_status status = in_buffers(1003).rrelu();
    if (o.failed.empty()) return false;
    std::string what = "call " + std::to_string(k) + ", " + o.failed + ": ";
    bool was_open = o.calls.count("clGetMemObjectInfo") > 0, at_the_end = o.calls.count("clSetKernelArg") > 0;
    bool doubles = o.failed == "clGetDeviceInfo" && status == SLOPEWISE_OK;  // about which nobody asked
    slopewise_status expected = doubles ? SLOPEWISE_OK : what_failure_gives(o.failed, was_open);
    require(status == expected, what + "status " + std::to_string(status));
    require(status == SLOPEWISE_OK || at_the_end || o.enqueued.empty(), what + "something is enqueued");
    require(o.programs == (o.failed == "clReleaseProgram"), what + "a program stays");
    int builds = o.calls["clBuildProgram"];
    require(in_buffers(1003).rrelu() == (was_open || doubles ? SLOPEWISE_OK : expected), what + "the next call");
    require(!was_open || o.kernels == 2, what + std::to_string(o.kernels) + " kernels stay");
    require(!at_the_end || o.calls["clBuildProgram"] == builds, what + "a kernel that is loaded is loaded again");
    cpu_still_works();
    return true;
}

void fails_in_opencl_at_each_call() { each_call_fails(fails_in_opencl_at); }

void memory_runs_out_in_opencl() {
    each_call_fails(
        [](int k) {
            bool was_there = allocation_fails_at(k, [] { return in_buffers(1003).rrelu(); });
            require(opencl().calls["clCreateCommandQueue"] <= 1 && opencl().programs == 0, "nothing is made in vain and stays");
            return was_there;
        },
        5);
}

void devices_of_opencl() {
    constexpr uint32_t device_single_fp_config = 0x101b, device_double_fp_config = 0x1032;
    opencl().device_info[device_double_fp_config] = 0;
    require(in_buffers(8, f64).relu() == SLOPEWISE_UNSUPPORTED_DEVICE && says("no double precision"), "doubles");
    require(in_buffers(8).relu() == SLOPEWISE_OK, "floats");
    opencl().device_info[device_single_fp_config] = 6;  // flushes subnormals
    require(in_buffers(8).rrelu() == SLOPEWISE_UNSUPPORTED_DEVICE && says("subnormals"), "a kernel that is not loaded yet");
}

}  // namespace

const std::vector<check> opencl_checks = {{"launches_in_opencl", launches_in_opencl, "recorded"},
                                          {"offsets_in_opencl", offsets_in_opencl, "recorded"},
                                          {"fails_in_opencl_at_each_call", fails_in_opencl_at_each_call, "recorded"},
                                          {"memory_runs_out_in_opencl", memory_runs_out_in_opencl, "recorded"},
                                          {"devices_of_opencl", devices_of_opencl, "recorded"}};

}  // namespace slopewise::test
