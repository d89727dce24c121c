// What failures of a driver give, and calls while streams are captured.
#include <thread>

#include "driver_check.h"

namespace slopewise::test {
namespace {

void expect_unsupported(const std::string &word) {
    require(on_device(100).relu() == SLOPEWISE_UNSUPPORTED_DEVICE, "unsupported device");
    require(says("relu") && says("CUDA") && says(word), "the message says " + word);
    cpu_still_works();
}
void no_driver() { expect_unsupported("no driver"); }
void broken_driver() { expect_unsupported("lacks cuLaunchKernel"); }
void no_device() { expect_unsupported("CUDA_ERROR_NO_DEVICE"); }

void each_kind_of_failure() {
    require(on_device(100).relu() == SLOPEWISE_OK, "works at first");
    auto with = [&](const char *function, int error, auto call) {
        driver().fails = {{function, error}};
        size_t before = driver().launches.size();
        slopewise_status status = call();
        require(driver().launches.size() == before, std::string(function) + ": nothing is launched");
        driver().fails = {};
        return status;
    };
    auto relu = [] { return on_device(100).relu(); };
    auto fresh_kernel = [] {
        on_device t(1003);
        slopewise_rrelu_params p = default_params();
        return slopewise_rrelu(&t.x, &p, &t.y, nullptr, nullptr);
    };
    auto fresh_device = [] { return on_device(100, 1).relu(); };
    require(with("cuLaunchKernel", 719, relu) == SLOPEWISE_DEVICE_ERROR && says("CUDA_ERROR_LAUNCH_FAILED"), "launch");
    require(with("cuLaunchKernel", 2, relu) == SLOPEWISE_OUT_OF_MEMORY, "launch without memory");
    require(with("cuModuleLoadData", 218, fresh_kernel) == SLOPEWISE_DEVICE_ERROR && says("loading"), "PTX");
    require(with("cuModuleGetFunction", 500, fresh_kernel) == SLOPEWISE_DEVICE_ERROR && says("loading"), "its function");
    require(with("cuDevicePrimaryCtxRetain", 2, fresh_device) == SLOPEWISE_OUT_OF_MEMORY, "context");
    require(with("cuCtxPushCurrent_v2", 709, relu) == SLOPEWISE_DEVICE_ERROR, "lost device");
    require(relu() == SLOPEWISE_OK && fresh_kernel() == SLOPEWISE_OK && fresh_device() == SLOPEWISE_OK, "works again");
    cpu_still_works();
}

/// Two launches, of two kernels.
slopewise_status rrelu_of_1003() {
    on_device t(1003);
    slopewise_rrelu_params p = default_params();
    return slopewise_rrelu(&t.x, &p, &t.y, nullptr, &t.options);
}

slopewise_status what_failure_gives(const std::string &function) {
    for (const char *asks : {"cuInit", "cuDeviceGetCount", "cuDeviceGet", "cuDeviceGetAttribute"}) {
        if (function == asks) return SLOPEWISE_UNSUPPORTED_DEVICE;
    }
    for (const char *may_fail : {"cuCtxGetCurrent", "cuCtxPopCurrent_v2", "cuThreadExchangeStreamCaptureMode"}) {
        if (function == may_fail) return SLOPEWISE_OK;
    }
    return SLOPEWISE_DEVICE_ERROR;
}

/// Whether there was a k-th call to fail. All is loaded before anything is written.
bool fails_at(int k) {
    interpreted_cuda &d = driver();
    d.calls_to_failure = k;
    slopewise_status status = rrelu_of_1003();
    if (d.failed.empty()) return false;
    std::string what = "call " + std::to_string(k) + ", " + d.failed + ": ";
    slopewise_status expected = what_failure_gives(d.failed);
    require(status == expected, what + "status " + std::to_string(status));
    size_t launches = expected == SLOPEWISE_OK ? 2 : d.failed == "cuLaunchKernel" ? size_t(d.calls["cuLaunchKernel"] - 1) : 0;
    require(d.launches.size() == launches, what + std::to_string(d.launches.size()) + " launches");
    bool has_driver = expected != SLOPEWISE_UNSUPPORTED_DEVICE;
    require(rrelu_of_1003() == (has_driver ? SLOPEWISE_OK : expected), what + "the next call");
    cpu_still_works();
    return true;
}

void fails_at_each_call() { each_call_fails(fails_at); }

void memory_runs_out() {
    each_call_fails([](int k) { return allocation_fails_at(k, rrelu_of_1003); }, 5);
}

int exchange_capture_mode(int mode) {
    require(cuda("cuThreadExchangeStreamCaptureMode", &mode) == 0, "a mode of captures");
    return mode;
}

/// A kernel is first loaded meanwhile, which the capture would forbid; what the thread had asked for stays.
template <class Call>
void captured(int mode, int own_mode, Call call) {
    void *stream = new_stream(), *graph = nullptr;
    in_context first(primary_context(0));
    exchange_capture_mode(own_mode);
    require(cuda("cuStreamBeginCapture_v2", stream, mode) == 0, "a capture begins");
    int loads = driver().calls["cuModuleLoadData"];
    require(call(stream) == SLOPEWISE_OK, "a call is captured in mode " + std::to_string(mode));
    require(driver().calls["cuModuleLoadData"] > loads, "and loads a kernel");
    require(cuda("cuStreamEndCapture", stream, &graph) == 0 && graph, "the capture is whole");
    require(exchange_capture_mode(0) == own_mode, "the thread's mode is as before");
}

void capture_modes() {
    require(on_device(1).relu() == SLOPEWISE_OK, "the driver is opened");
    on_device t(1024);
    slopewise_rrelu_params p = default_params();
    auto on = [&](void *stream) {
        t.options.stream = stream;
        return &t.options;
    };
    captured(0, 0, [&](void *stream) { return slopewise_relu(&t.x, &t.y, on(stream)); });
    captured(1, 0, [&](void *stream) { return slopewise_leaky_relu(&t.x, 0.1, &t.y, on(stream)); });
    captured(2, 1, [&](void *stream) { return slopewise_rrelu(&t.x, &p, &t.y, nullptr, on(stream)); });
    captured(0, 1, [&](void *) {  // by a thread that captures nothing
        slopewise_status status = SLOPEWISE_OK;
        std::thread([&] { status = slopewise_rrelu_backward(&t.x, &t.x, 0, &p, &t.y, nullptr); }).join();
        return status;
    });
}

void capture_mode_that_cannot_be_relaxed() {
    require(on_device(1).relu() == SLOPEWISE_OK, "the driver is opened");
    in_context first(primary_context(0));
    driver().calls_to_failure = 2;  // after the question which context is current
    require(rrelu_of_1003() == SLOPEWISE_OK, "kernels are loaded all the same");
    require(driver().failed == "cuThreadExchangeStreamCaptureMode", "it was " + driver().failed + " that failed");
    constexpr int globally = 0;
    require(exchange_capture_mode(globally) == globally, "the thread's mode is as before");
}

}  // namespace

const std::vector<check> failure_checks = {{"no_driver", no_driver, "none"},
                                           {"broken_driver", broken_driver, "broken"},
                                           {"no_device", no_device, "interpreted", "SLOPEWISE_TEST_CUDA_INIT", "100"},
                                           {"each_kind_of_failure", each_kind_of_failure},
                                           {"fails_at_each_call", fails_at_each_call},
                                           {"memory_runs_out", memory_runs_out},
                                           {"capture_modes", capture_modes},
                                           {"capture_mode_that_cannot_be_relaxed", capture_mode_that_cannot_be_relaxed}};

}  // namespace slopewise::test
