// Where tensors lie, and what first calls load.
#include "driver/recorded_opencl.h"
#include "driver_check.h"

namespace slopewise::test {
namespace {

void alignment_is_of_the_first_element() {
    on_device t(1003);
    auto begins_at = [&](uintptr_t data, uint64_t byte_offset) {
        t.x.data = reinterpret_cast<void *>(0x700000000000 + data);
        t.x.byte_offset = byte_offset;
        return t.relu();
    };
    require(begins_at(2, 0) == SLOPEWISE_INVALID_ARGUMENT && says("multiple of its element size"), "an odd address");
    require(begins_at(0, 2) == SLOPEWISE_INVALID_ARGUMENT, "an odd offset");
    require(begins_at(2, 2) == SLOPEWISE_OK, "an odd offset from an odd address");
}

/// A context is first made while a stream of another device is captured, which the capture would forbid.
void context_of_a_captured_call() {
    require(on_device(1).relu() == SLOPEWISE_OK, "the driver is opened");
    void *stream = new_stream(), *graph = nullptr;
    in_context first(primary_context(0));
    constexpr int globally = 0;
    require(cuda("cuStreamBeginCapture_v2", stream, globally) == 0, "a capture begins");
    require(on_device(100, 1).relu() == SLOPEWISE_OK, "a first call on another device");
    require(cuda("cuStreamEndCapture", stream, &graph) == 0 && graph, "the capture is whole");
}

/// Each call would load it once more.
void module_without_its_function() {
    require(on_device(1).relu() == SLOPEWISE_OK, "the driver is opened");
    int before = driver().calls["cuModuleLoadData"];
    driver().fails = {{"cuModuleGetFunction", 500}};
    auto leaky = [] {
        on_device t(1024);
        return slopewise_leaky_relu(&t.x, 0.5, &t.y, nullptr);
    };
    for (int call = 0; call < 5; call++) require(leaky() == SLOPEWISE_DEVICE_ERROR && says("CUDA_ERROR_NOT_FOUND"), "no function");
    require(driver().calls["cuModuleLoadData"] == before + 1, "the module is loaded once");
    driver().fails = {};
    require(leaky() == SLOPEWISE_OK && driver().calls["cuModuleLoadData"] == before + 1, "and used when it has the function");
}

recorded_opencl &opencl() {
    return *reinterpret_cast<recorded_opencl_function *>(dlsym(dlopen("libOpenCL.so.1", RTLD_NOW), "slopewise_recorded_opencl"))();
}

struct in_buffers : on_device {
    explicit in_buffers(int64_t n) : on_device(n) { x.device = y.device = {kDLOpenCL, 0}; }
};

/// CL_MEM_USE_HOST_PTR: buffers begin where that memory does.
void memory_of_the_callers() {
    in_buffers t(1024);
    auto begins_at = [&](uintptr_t host, uint64_t byte_offset) {
        opencl().host_pointer = reinterpret_cast<void *>(host);
        t.x.byte_offset = byte_offset;
        return t.relu();
    };
    auto threads = [] { return opencl().enqueued.back().all; };
    require(begins_at(0x1000, 0) == SLOPEWISE_OK && threads() == 256, "four floats a thread");
    require(begins_at(0x1004, 0) == SLOPEWISE_OK && threads() == 1024, "between multiples of 16 a float a thread");
    require(begins_at(0x1004, 12) == SLOPEWISE_OK && threads() == 1024, "as the output does");
    size_t before = opencl().enqueued.size();
    require(begins_at(0x1002, 0) == SLOPEWISE_INVALID_ARGUMENT && says("element size"), "between elements");
    require(begins_at(0x1002, 2) == SLOPEWISE_INVALID_ARGUMENT, "the output, too");
    slopewise_rrelu_params p = default_params();
    p.key = reinterpret_cast<const uint64_t *>(0x800000000000);
    opencl().host_pointer = reinterpret_cast<void *>(0x1004);
    t.x.byte_offset = 0;
    require(slopewise_rrelu(&t.x, &p, &t.y, nullptr, nullptr) == SLOPEWISE_INVALID_ARGUMENT && says("key"),
            "the key's numbers have eight bytes");
    require(opencl().enqueued.size() == before, "nothing is enqueued");
}

void small_work_groups() {
    opencl().work_group_size = 255;
    require(in_buffers(1003).relu() == SLOPEWISE_UNSUPPORTED_DEVICE && says("255 items, expected 256"), "refused when it is loaded");
    require(opencl().enqueued.empty() && opencl().kernels == 0 && opencl().programs == 0, "and released");
    opencl().work_group_size = 256;
    require(in_buffers(1003).relu() == SLOPEWISE_OK, "large enough");
}

/// Its driver's threads and locks are the parent's.
template <class Call>
void child_is_refused(const char *device, Call call) {
    require(call() == SLOPEWISE_OK, "the parent's call");
    slopewise_variant all[32];
    size_t count = slopewise_variants(all, 32);
    std::fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        require(call() == SLOPEWISE_UNSUPPORTED_DEVICE && says("forked"), "the child's call");
        slopewise_variants(all, 32);
        for (size_t v = 0; v < count; v++) require(all[v].device != std::string(device) || !all[v].usable, "the child's variants");
        cpu_still_works();
        std::fflush(stdout);
        _exit(failures ? 1 : 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    require(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child is told so");
    require(call() == SLOPEWISE_OK, "the parent works on");
}
void forked_child_of_cuda() {
    child_is_refused("cuda", [] { return on_device(100).relu(); });
}
void forked_child_of_opencl() {
    child_is_refused("opencl", [] { return in_buffers(100).relu(); });
}

}  // namespace

const std::vector<check> memory_checks = {{"alignment_is_of_the_first_element", alignment_is_of_the_first_element},
                                          {"context_of_a_captured_call", context_of_a_captured_call},
                                          {"module_without_its_function", module_without_its_function},
                                          {"memory_of_the_callers", memory_of_the_callers, "recorded"},
                                          {"small_work_groups", small_work_groups, "recorded"},
                                          {"forked_child_of_cuda", forked_child_of_cuda},
                                          {"forked_child_of_opencl", forked_child_of_opencl, "recorded"}};

}  // namespace slopewise::test
