#include "gpu.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

namespace slopewise::test {
namespace {

/// A driver that is there and fails is a failure.
bool has_cuda_device(const std::string &why) {
    void *driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
    if (driver) dlclose(driver);
    return driver && why.find("CUDA_ERROR_NO_DEVICE") == std::string::npos;
}

/// Says by name what was not run. OpenCL has an implementation wherever the tests are set up; CUDA has none.
class gpu_environment : public ::testing::Environment {
public:
    void SetUp() override {
        std::string why;
        if (test_device() == device_kind::cpu || test_gpu(&why)) return;
        const char *kind = device_kind_names[int(test_device())];
        bool may_be_missing = test_device() == device_kind::cuda && !has_cuda_device(why);
        if (!may_be_missing) FAIL() << kind << " not run: " << why;
        std::printf("%s not run: no device (%s)\n", kind, why.c_str());
        GTEST_SKIP();
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
