// What the driver of the tests forbids as CUDA does, and when it executes what it was told.
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "driver_check.h"
#include "ptx_program.h"

namespace slopewise::test {
namespace {

constexpr int success = 0, invalid_value = 1, not_initialized = 3, invalid_ptx = 218, invalid_handle = 400, illegal_address = 700,
              capture_unsupported = 900, capture_invalidated = 901, capture_implicit = 906, capture_wrong_thread = 908;
constexpr unsigned blocking = 0, non_blocking = 1;
constexpr int globally = 0, in_thread = 1, relaxed = 2;

void expect(int result, int expected, const std::string &what) {
    require(result == expected, what + ": " + std::to_string(result) + ", expected " + std::to_string(expected));
}

/// The first device's primary context, with memory and a kernel that adds a to the number in it.
struct in_order {
    in_context first;
    uint64_t memory = 0;
    void *module = nullptr, *function = nullptr;

    in_order() : first((cuda("cuInit", 0u), primary_context(0))) {
        expect(cuda("cuMemAlloc_v2", &memory, size_t{64}), success, "memory");
        std::string ptx = ptx::program("ld.global.b64 %rd5, [%rd4]; add.s64 %rd5, %rd5, %rd1; st.global.b64 [%rd4], %rd5;");
        expect(cuda("cuModuleLoadData", &module, ptx.c_str()), success, "a module");
        expect(cuda("cuModuleGetFunction", &function, module, "k"), success, "its function");
        set(100);
    }
    void *stream(unsigned flags) {
        void *made = nullptr;
        expect(cuda("cuStreamCreate", &made, flags), success, "a stream");
        return made;
    }
    int add(uint64_t a, void *stream, unsigned blocks = 1) {
        void *arguments[] = {&memory, &a, &a, &a};
        return cuda("cuLaunchKernel", function, blocks, 1u, 1u, 1u, 1u, 1u, 0u, stream, &arguments[0], static_cast<void **>(nullptr));
    }
    void set(uint64_t value) { expect(cuda("cuMemcpyHtoD_v2", memory, &value, sizeof value), success, "upload"); }
    uint64_t get() {
        uint64_t value = 0;
        expect(cuda("cuMemcpyDtoH_v2", &value, memory, sizeof value), success, "download");
        return value;
    }
};

/// A copy waits for the legacy stream and for those that wait for it, and for no other.
void streams_work_late() {
    in_order c;
    void *free = c.stream(non_blocking), *waited_for = c.stream(blocking);
    expect(c.add(1, free), success, "a launch");
    require(c.get() == 100, "a copy does not wait for a stream that is not blocking");
    expect(cuda("cuStreamSynchronize", free), success, "waiting");
    require(c.get() == 101, "it has worked then");
    expect(c.add(10, waited_for), success, "a launch");
    require(c.get() == 111, "a copy waits for a stream that is blocking");
    expect(c.add(100, nullptr), success, "a launch");
    require(c.get() == 211, "and for the legacy stream");
}

void what_is_of_another_context() {
    in_order c;
    void *stream = c.stream(non_blocking), *other = nullptr;
    expect(cuda("cuCtxCreate_v2", &other, 0u, 0), success, "another context");
    expect(c.add(1, nullptr), invalid_handle, "a function");
    expect(cuda("cuStreamSynchronize", stream), invalid_handle, "a stream");
    uint64_t value;
    expect(cuda("cuMemcpyDtoH_v2", &value, c.memory, sizeof value), invalid_value, "memory");
    expect(cuda("cuCtxPopCurrent_v2", &other), success, "back");
    require(c.get() == 100, "nothing was done");
}

void what_does_not_exist() {
    in_order c;
    void *module = nullptr;
    expect(c.add(1, &c), invalid_handle, "a stream");
    expect(c.add(1, nullptr, 0), invalid_value, "no blocks");
    expect(c.add(1, nullptr, 1u << 31), invalid_value, "too many blocks");
    expect(cuda("cuModuleLoadData", &module, "no PTX"), invalid_ptx, "text");
    std::string newer = ptx::program("");
    newer.replace(newer.find("sm_80"), 5, "sm_91");
    expect(cuda("cuModuleLoadData", &module, newer.c_str()), invalid_ptx, "PTX for a newer device");
}

/// As on a GPU, where what has begun may have written anything.
void all_fails_after_a_fault() {
    in_order c;
    void *stream = c.stream(non_blocking);
    c.memory += 64;
    expect(c.add(1, stream), success, "a launch is not looked at");
    c.memory -= 64;
    expect(cuda("cuStreamSynchronize", stream), illegal_address, "waiting finds it");
    require(driver().problem.find("not all allocated") != std::string::npos, driver().problem);
    expect(c.add(1, stream), illegal_address, "a later launch");
    uint64_t value;
    expect(cuda("cuMemcpyDtoH_v2", &value, c.memory, sizeof value), illegal_address, "a copy");
}

void a_child_has_no_driver() {
    in_order c;
    int status = 0;
    pid_t child = fork();
    if (child == 0) _exit(cuda("cuCtxPushCurrent_v2", current_context()) == not_initialized ? 0 : 1);
    waitpid(child, &status, 0);
    require(WIFEXITED(status) && WEXITSTATUS(status) == 0, "it is told so");
}

void graphs_are_replayed() {
    in_order c;
    void *stream = c.stream(non_blocking), *graph = nullptr;
    expect(cuda("cuStreamBeginCapture_v2", stream, globally), success, "capture");
    expect(c.add(1, stream), success, "a launch");
    expect(cuda("cuStreamEndCapture", stream, &graph), success, "its end");
    expect(cuda("cuStreamSynchronize", stream), success, "waiting");
    require(c.get() == 100, "what was captured is not executed");
    for (int i = 0; i < 2; i++) expect(cuda("cuGraphLaunch", graph, stream), success, "replay");
    expect(cuda("cuStreamSynchronize", stream), success, "waiting");
    require(c.get() == 102, "but replayed");
}

/// Something that a capture of the given mode forbids: what it gives, and that the capture is broken then.
template <class Call>
void breaks(in_order &c, void *stream, int mode, int expected, const std::string &what, Call call) {
    void *graph = nullptr;
    expect(cuda("cuStreamBeginCapture_v2", stream, mode), success, "capture");
    expect(call(), expected, what);
    expect(c.add(1, stream), expected ? capture_invalidated : success, what + ", then a launch");
    expect(cuda("cuStreamEndCapture", stream, &graph), expected ? capture_invalidated : success, what + ", then its end");
}

void captures_forbid() {
    in_order c;
    void *free = c.stream(non_blocking), *waited_for = c.stream(blocking), *module = nullptr, *graph = nullptr;
    std::string ptx = ptx::program("");
    auto load = [&] { return cuda("cuModuleLoadData", &module, ptx.c_str()); };
    auto in_other_thread = [&] {
        int result = 0;
        std::thread([&] {
            in_context first(primary_context(0));
            result = load();
        }).join();
        return result;
    };
    auto device = [&] { return cuda("cuDevicePrimaryCtxRetain", &module, 1); };
    breaks(c, free, globally, capture_unsupported, "a module", load);
    breaks(c, free, in_thread, capture_unsupported, "a module", load);
    breaks(c, free, relaxed, success, "a module", load);
    breaks(c, free, globally, capture_unsupported, "another thread's module", in_other_thread);
    breaks(c, free, in_thread, success, "another thread's module", in_other_thread);
    breaks(c, free, globally, capture_unsupported, "a context", device);
    breaks(c, free, globally, capture_unsupported, "waiting", [&] { return cuda("cuStreamSynchronize", free); });
    breaks(c, free, globally, capture_unsupported, "a copy", [&] { return cuda("cuMemcpyHtoD_v2", c.memory, &ptx, size_t{8}); });
    breaks(c, free, globally, success, "the legacy stream", [&] { return c.add(1, nullptr); });
    breaks(c, waited_for, globally, capture_implicit, "the legacy stream", [&] { return c.add(1, nullptr); });
    expect(cuda("cuStreamBeginCapture_v2", static_cast<void *>(nullptr), globally), capture_unsupported, "its capture");
    expect(cuda("cuStreamBeginCapture_v2", free, globally), success, "capture");
    std::thread([&] {
        in_context first(primary_context(0));
        expect(cuda("cuStreamEndCapture", free, &graph), capture_wrong_thread, "its end in another thread");
    }).join();
}

}  // namespace

const std::vector<check> rule_checks = {{"streams_work_late", streams_work_late},
                                        {"what_is_of_another_context", what_is_of_another_context},
                                        {"what_does_not_exist", what_does_not_exist},
                                        {"all_fails_after_a_fault", all_fails_after_a_fault},
                                        {"a_child_has_no_driver", a_child_has_no_driver},
                                        {"graphs_are_replayed", graphs_are_replayed},
                                        {"captures_forbid", captures_forbid}};

}  // namespace slopewise::test
