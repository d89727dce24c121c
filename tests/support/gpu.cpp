#include "gpu.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace slopewise::test {
namespace {

/// Whether the machine has a CUDA device. Asked in a process of its own: a driver that is once loaded stays.
bool has_cuda_device() {
    pid_t child = fork();
    if (child == 0) {
        void *driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
        auto init = driver ? reinterpret_cast<int (*)(unsigned)>(dlsym(driver, "cuInit")) : nullptr;
        constexpr int no_device = 100;  // a driver that is there and fails otherwise is a failure
        _exit(init && init(0) != no_device ? 0 : 1);
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Where there is none, the driver of the tests takes its place: a library of that name which is loaded is not looked for again.
void bring_cuda() {
    const char *interpreted = std::getenv("SLOPEWISE_TEST_CUDA");
    if (!interpreted || has_cuda_device()) return;
    if (!dlopen(interpreted, RTLD_NOW | RTLD_LOCAL)) throw std::runtime_error(dlerror());
}

/// OpenCL has an implementation wherever the tests are set up, and CUDA the interpreter.
class gpu_environment : public ::testing::Environment {
public:
    void SetUp() override {
        std::string why;
        if (test_device() == device_kind::cpu || test_gpu(&why)) return;
        FAIL() << device_kind_names[int(test_device())] << " not run: " << why;
    }
};

const auto *registered = ::testing::AddGlobalTestEnvironment(new gpu_environment);

}  // namespace

device_kind test_device() {
    const char *name = std::getenv("SLOPEWISE_TEST_DEVICE");
    std::string device = name ? name : "cpu";
    return device == "cuda" ? device_kind::cuda : device == "opencl" ? device_kind::opencl : device_kind::cpu;
}

devices::device *test_gpu(std::string *why) {
    static std::string problem;
    static const auto opened = []() -> std::unique_ptr<devices::device> {
        try {
            if (test_device() == device_kind::cuda) bring_cuda();
            return devices::open(device_kind_names[int(test_device())]);
        } catch (const std::exception &e) {
            problem = e.what();
            return nullptr;
        }
    }();
    if (why) *why = problem;
    return opened.get();
}

gpu_copy::gpu_copy(void *host, size_t size) : begin(host), bytes(size), memory(test_gpu()->allocate(size)) {
    test_gpu()->upload(memory, begin, bytes);
}

gpu_copy::~gpu_copy() { test_gpu()->release(memory); }

void gpu_copy::fetch() const { test_gpu()->download(begin, memory, bytes); }

}  // namespace slopewise::test
