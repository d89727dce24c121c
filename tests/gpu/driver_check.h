// Checks of the CUDA runtime against the driver of the tests. Nothing in them waits for a stream, so nothing is executed.
// Drivers are opened once a process, so each check runs in a process of its own.
#pragma once

#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "driver/interpreted_cuda.h"
#include "runtime/tensors.h"

namespace slopewise::test {

struct check {
    const char *name;
    void (*run)();
    const char *folder = "interpreted", *variable = "", *value = "";  ///< of the driver; the environment
};
extern const std::vector<check> launch_checks, failure_checks, memory_checks, rule_checks, opencl_checks, device_checks;

inline int failures = 0;
inline void require(bool holds, const std::string &what) {
    if (holds) return;
    failures++;
    std::printf("not so: %s (last error: %s)\n", what.c_str(), slopewise_last_error());
}
inline bool says(const std::string &word) { return std::string(slopewise_last_error()).find(word) != std::string::npos; }

/// A function of the driver.
template <class... Arguments>
int cuda(const char *name, Arguments... arguments) {
    return reinterpret_cast<int (*)(Arguments...)>(dlsym(dlopen("libcuda.so.1", RTLD_NOW), name))(arguments...);
}
inline interpreted_cuda &driver() {
    return *reinterpret_cast<interpreted_cuda_function *>(dlsym(dlopen("libcuda.so.1", RTLD_NOW), "slopewise_interpreted_cuda"))();
}

inline void *primary_context(int device) {
    void *context = nullptr;
    cuda("cuDevicePrimaryCtxRetain", &context, device);
    return context;
}
inline void *current_context() {
    void *context = nullptr;
    cuda("cuCtxGetCurrent", &context);
    return context;
}

/// Pushed while this lives.
struct in_context {
    explicit in_context(void *context) { require(cuda("cuCtxPushCurrent_v2", context) == 0, "a context is pushed"); }
    ~in_context() {
        void *popped;
        cuda("cuCtxPopCurrent_v2", &popped);
    }
    in_context(const in_context &) = delete;
};

/// A stream of the first device, which waits for no other.
inline void *new_stream() {
    constexpr unsigned non_blocking = 1;
    void *stream = nullptr;
    in_context first(primary_context(0));
    cuda("cuStreamCreate", &stream, non_blocking);
    return stream;
}

/// x and y on a device, at addresses that nothing looks at.
struct on_device {
    int64_t n;
    DLTensor x, y;
    slopewise_options options = default_options();

    explicit on_device(int64_t n, int device = 0, uint64_t at = 0x700000000000) : n(n) {
        x = {reinterpret_cast<void *>(at), {kDLCUDA, device}, 1, f32, &this->n, nullptr, 0};
        y = x;
        y.data = reinterpret_cast<void *>(at + (uint64_t{1} << 40));
    }
    on_device(const on_device &) = delete;
    slopewise_status relu() { return slopewise_relu(&x, &y, &options); }
};

/// The library's allocations (nobody else's are nothrow): which of those to come fails, and whether it did.
inline int allocations_to_failure = 0;
inline bool allocation_failed = false;

inline void cpu_still_works() {
    dl x({4}), y({4});
    require(slopewise_relu(&x, &y, nullptr) == SLOPEWISE_OK, "the CPU is unaffected");
}

/// fails_at(k) lets the k-th call of a driver, or allocation, fail and says whether there was one; each k in a process that has not
/// called yet. There are more than `least`.
inline void each_call_fails(bool (*fails_at)(int), int least = 15) {
    constexpr int failed_as_expected = 10, none_left = 11;
    int k = 0, status = 0;
    do {
        k++;
        pid_t child = fork();
        if (child == 0) {
            bool was_there = fails_at(k);
            std::fflush(nullptr);
            _exit(failures ? 1 : was_there ? failed_as_expected : none_left);
        }
        waitpid(child, &status, 0);
    } while (WIFEXITED(status) && WEXITSTATUS(status) == failed_as_expected);
    require(WIFEXITED(status) && WEXITSTATUS(status) == none_left, "each failure gives its status");
    require(k > least, "a first call makes many: " + std::to_string(k));
}

/// Whether there was a k-th allocation to fail. What needs none works, and the next call does.
template <class Call>
bool allocation_fails_at(int k, Call call) {
    allocations_to_failure = k;
    slopewise_status status = call();
    if (!allocation_failed) return false;
    std::string what = "allocation " + std::to_string(k) + ": ";
    bool says_so = status == SLOPEWISE_OUT_OF_MEMORY || (status == SLOPEWISE_UNSUPPORTED_DEVICE && says("out of memory"));
    require(says_so, what + "status " + std::to_string(status));
    cpu_still_works();
    require(call() == SLOPEWISE_OK, what + "the next call");
    return true;
}

}  // namespace slopewise::test
