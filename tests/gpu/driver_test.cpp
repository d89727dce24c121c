// The CUDA runtime against a driver that remembers: what is launched where, and what every kind of failure gives. Drivers are
// opened once a process, so each check runs in a process of its own: this program again, with the name of a check.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "fake_cuda.h"
#include "runtime/tensors.h"

namespace {
std::atomic<long> allocations{0};
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool counts_allocations = false;
#else
constexpr bool counts_allocations = true;
#endif
}  // namespace

// The whole process's, so that an allocation inside the library counts.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
extern "C" {
void *__libc_malloc(size_t);
void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}
}
#endif

namespace slopewise::test {
namespace {

int failures = 0;
void require(bool holds, const std::string &what) {
    if (holds) return;
    failures++;
    std::printf("not so: %s (last error: %s)\n", what.c_str(), slopewise_last_error());
}
bool says(const std::string &word) { return std::string(slopewise_last_error()).find(word) != std::string::npos; }

fake_cuda &driver() {
    void *library = dlopen("libcuda.so.1", RTLD_NOW);
    return *reinterpret_cast<fake_cuda_state_function *>(dlsym(library, "fake_cuda_state"))();
}

/// x and y on a device, at addresses that nothing looks at.
struct on_device {
    int64_t n;
    DLTensor x, y;
    slopewise_options options = default_options();

    explicit on_device(int64_t n, int device = 1, uint64_t at = 0x700000000000) : n(n) {
        x = {reinterpret_cast<void *>(at), {kDLCUDA, device}, 1, f32, &this->n, nullptr, 0};
        y = x;
        y.data = reinterpret_cast<void *>(at + (uint64_t{1} << 40));
    }
    on_device(const on_device &) = delete;
    slopewise_status relu() { return slopewise_relu(&x, &y, &options); }
};

void cpu_still_works() {
    dl x({4}), y({4});
    require(slopewise_relu(&x, &y, nullptr) == SLOPEWISE_OK, "the CPU is unaffected");
}

void expect_unsupported(const std::string &word) {
    require(on_device(100).relu() == SLOPEWISE_UNSUPPORTED_DEVICE, "unsupported device");
    require(says("relu") && says("CUDA") && says(word), "the message says " + word);
    cpu_still_works();
}
void no_driver() { expect_unsupported("no driver"); }
void broken_driver() { expect_unsupported("lacks cuLaunchKernel"); }
void no_device() { expect_unsupported("CUDA_ERROR_NO_DEVICE"); }

void opened_by_the_first_tensor() {
    cpu_still_works();
    require(!dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD), "CPU tensors open no driver");
    require(on_device(100).relu() == SLOPEWISE_OK, "a CUDA tensor");
    require(dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD), "opens it");
}

void launches_where_it_is_told() {
    on_device t(1 << 20);
    t.options.stream = reinterpret_cast<void *>(0x1234);
    require(t.relu() == SLOPEWISE_OK, "relu");
    fake_cuda &d = driver();
    require(d.launches.size() == 1, "whole vectors in one launch");
    const fake_launch &l = d.launches[0];
    require(l.blocks * l.threads == (1 << 18) && l.threads == 256, "four floats a thread");
    require(l.stream == t.options.stream, "on the caller's stream");
    require(l.context == reinterpret_cast<void *>(0x1001), "on the device's primary context");
    require(l.first[0] == uint64_t(t.y.data) && l.first[1] == uint64_t(t.x.data), "of those tensors");
    on_device ragged(1003);
    require(ragged.relu() == SLOPEWISE_OK && d.launches.size() == 3 && d.launches[2].first[1] == uint64_t(ragged.x.data) + 4000,
            "a rest after whole vectors, an element a thread");
    on_device off(1000);
    off.x.byte_offset = 4;
    require(off.relu() == SLOPEWISE_OK && d.launches.size() == 4 && d.launches[3].blocks == 4, "unaligned: an element a thread");
    on_device none(0);
    require(none.relu() == SLOPEWISE_OK && d.launches.size() == 4, "nothing for no elements");
    on_device managed(8);
    managed.x.device.device_type = kDLCUDAManaged;
    require(managed.relu() == SLOPEWISE_OK && d.launches.size() == 5, "managed memory");
}

/// More than 2^32 elements: pieces that follow each other and cover all.
void chunks() {
    constexpr int64_t n = (int64_t{1} << 33) + 4 * 300;
    on_device t(n, 1, 0x10000000000);
    t.y.data = reinterpret_cast<void *>(uint64_t(t.x.data) + 4 * uint64_t(n));
    require(t.relu() == SLOPEWISE_OK, "relu");
    uint64_t at = uint64_t(t.x.data);
    for (const fake_launch &l : driver().launches) {
        require(l.first[1] == at && l.first[0] - uint64_t(t.y.data) == at - uint64_t(t.x.data), "pieces follow each other");
        at += std::min<uint64_t>(16 * uint64_t(l.blocks) * l.threads, uint64_t(t.y.data) - at);
    }
    require(at == uint64_t(t.y.data), "to the end");
    require(driver().launches.size() == 9, "in nine launches");
}

void context_comes_back() {
    require(on_device(100).relu() == SLOPEWISE_OK, "first");
    void *library = dlopen("libcuda.so.1", RTLD_NOW), *current = nullptr;
    auto push = reinterpret_cast<int (*)(void *)>(dlsym(library, "cuCtxPushCurrent_v2"));
    auto get = reinterpret_cast<int (*)(void **)>(dlsym(library, "cuCtxGetCurrent"));
    void *own = &failures;
    push(own);
    for (int error : {0, 719}) {
        driver().fails = {{"cuLaunchKernel", error}};
        (void)on_device(100).relu();
        get(&current);
        require(current == own, "the caller's context is current again");
    }
}

void nothing_is_allocated_or_loaded_again() {
    on_device t(1003);
    t.options.stream = reinterpret_cast<void *>(8);
    slopewise_rrelu_params p = default_params();
    auto both = [&] { return t.relu() || slopewise_rrelu(&t.x, &p, &t.y, nullptr, &t.options); };
    require(!both(), "first calls");
    fake_cuda &d = driver();
    int loads = d.calls["cuModuleLoadData"], retained = d.calls["cuDevicePrimaryCtxRetain"];
    for (int i = 0; i < 10; i++) require(!both(), "repeated calls");
    require(loads == d.calls["cuModuleLoadData"] && retained == d.calls["cuDevicePrimaryCtxRetain"], "nothing is loaded again");
    d.forgetful = true;
    long before = allocations;
    bool failed = false;
    for (int i = 0; i < 10; i++) failed = failed || both();
    long after = allocations;
    require(!counts_allocations || before > 0, "allocations are counted");
    require(!failed && after == before, std::to_string(after - before) + " allocations");
}

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
    auto fresh_device = [] { return on_device(100, 0).relu(); };
    require(with("cuLaunchKernel", 719, relu) == SLOPEWISE_DEVICE_ERROR && says("CUDA_ERROR_LAUNCH_FAILED"), "launch");
    require(with("cuLaunchKernel", 2, relu) == SLOPEWISE_OUT_OF_MEMORY, "launch without memory");
    require(with("cuModuleLoadData", 218, fresh_kernel) == SLOPEWISE_DEVICE_ERROR && says("loading"), "PTX");
    require(with("cuModuleGetFunction", 500, fresh_kernel) == SLOPEWISE_DEVICE_ERROR && says("loading"), "its function");
    require(with("cuDevicePrimaryCtxRetain", 2, fresh_device) == SLOPEWISE_OUT_OF_MEMORY, "context");
    require(with("cuCtxPushCurrent_v2", 709, relu) == SLOPEWISE_DEVICE_ERROR, "lost device");
    require(relu() == SLOPEWISE_OK && fresh_kernel() == SLOPEWISE_OK && fresh_device() == SLOPEWISE_OK, "works again");
    cpu_still_works();
}

void devices_and_variants() {
    require(on_device(100, 0).relu() == SLOPEWISE_OK && driver().launches.back().target == "sm_50", "7.5 takes cuda-50");
    require(on_device(100, 1).relu() == SLOPEWISE_OK && driver().launches.back().target == "sm_80", "9.0 takes cuda-80");
    require(driver().launches[0].context != driver().launches[1].context, "each on its own context");
    on_device t(100, 1), old(100, 0);
    t.options.variant = old.options.variant = "cuda-50";
    require(t.relu() == SLOPEWISE_OK && driver().launches.back().target == "sm_50", "by name");
    t.options.variant = old.options.variant = "cuda-80";
    require(old.relu() == SLOPEWISE_UNAVAILABLE_VARIANT && says("needs compute capability 8.0, the device has 7.5") && says("cuda-50"),
            "not below its capability");
    for (const char *name : {"opencl", "x86-64", "nonsense", ""}) {
        t.options.variant = name;
        require(t.relu() == SLOPEWISE_UNAVAILABLE_VARIANT && says(name), name);
    }
    for (int id : {-1, 2}) require(on_device(100, id).relu() == SLOPEWISE_UNSUPPORTED_DEVICE && says("0 to 1"), "no such device");
    std::vector<slopewise_variant> all(slopewise_variants(nullptr, 0));
    slopewise_variants(all.data(), all.size());
    for (const slopewise_variant &v : all)
        require(std::string(v.device) != "cuda" || v.usable, std::string(v.name) + " is listed as usable");
}

/// SLOPEWISE_VARIANT=cuda-50
void forced() {
    require(on_device(100, 1).relu() == SLOPEWISE_OK && driver().launches.back().target == "sm_50", "bound");
    cpu_still_works();
}
/// SLOPEWISE_VARIANT=cuda-80, on a device of 7.5.
void forced_wrongly() {
    require(on_device(100, 0).relu() == SLOPEWISE_UNAVAILABLE_VARIANT && says("SLOPEWISE_VARIANT"), "refused");
    on_device t(100, 0);
    t.options.variant = "cuda-50";
    require(t.relu() == SLOPEWISE_OK, "the option comes before the environment");
    cpu_still_works();
}
/// SLOPEWISE_VARIANT of a CPU.
void not_bound() { require(on_device(100, 1).relu() == SLOPEWISE_OK, "a CPU's variant binds no CUDA tensor"); }
/// SLOPEWISE_VARIANT=nonsense
void unknown() {
    require(on_device(100, 1).relu() == SLOPEWISE_UNAVAILABLE_VARIANT && says("nonsense") && says("cuda-80"), "binds every tensor");
}

void many_threads() {
    std::vector<std::thread> callers;
    std::atomic<int> wrong{0};
    for (int c = 0; c < 8; c++) {
        callers.emplace_back([&, c] {
            for (int i = 0; i < 50; i++) wrong += on_device(100, c % 2).relu() != SLOPEWISE_OK;
        });
    }
    for (std::thread &t : callers) t.join();
    require(wrong == 0 && driver().launches.size() == 400, "all are launched");
    require(driver().calls["cuModuleLoadData"] == 2, "a kernel is loaded once a device");
}

struct check {
    const char *name;
    void (*run)();
    const char *folder, *variable = "", *value = "";
};
const check checks[] = {{"no_driver", no_driver, "none"},
                        {"broken_driver", broken_driver, "broken"},
                        {"no_device", no_device, "whole", "FAKE_CUDA_INIT", "100"},
                        {"opened_by_the_first_tensor", opened_by_the_first_tensor, "whole"},
                        {"launches_where_it_is_told", launches_where_it_is_told, "whole"},
                        {"chunks", chunks, "whole"},
                        {"context_comes_back", context_comes_back, "whole"},
                        {"nothing_is_allocated_or_loaded_again", nothing_is_allocated_or_loaded_again, "whole"},
                        {"each_kind_of_failure", each_kind_of_failure, "whole"},
                        {"devices_and_variants", devices_and_variants, "whole"},
                        {"forced", forced, "whole", "SLOPEWISE_VARIANT", "cuda-50"},
                        {"forced_wrongly", forced_wrongly, "whole", "SLOPEWISE_VARIANT", "cuda-80"},
                        {"not_bound", not_bound, "whole", "SLOPEWISE_VARIANT", "x86-64"},
                        {"unknown", unknown, "whole", "SLOPEWISE_VARIANT", "nonsense"},
                        {"many_threads", many_threads, "whole"}};
void PrintTo(const check &c, std::ostream *out) { *out << c.name; }

const char *program;

class FakeDriver : public ::testing::TestWithParam<check> {};

TEST_P(FakeDriver, Check) {
    const check &c = GetParam();
    std::fflush(nullptr);
    pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        unsetenv("SLOPEWISE_VARIANT");
        setenv("LD_LIBRARY_PATH", (FAKE_DRIVERS + std::string("/") + c.folder).c_str(), 1);
        if (c.variable[0]) setenv(c.variable, c.value, 1);
        execl("/proc/self/exe", program, c.name, nullptr);
        _exit(127);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "see above for what does not hold";
}

INSTANTIATE_TEST_SUITE_P(All, FakeDriver, ::testing::ValuesIn(checks), [](const auto &info) { return std::string(info.param.name); });

}  // namespace
}  // namespace slopewise::test

int main(int argc, char **argv) {
    using namespace slopewise::test;
    program = argv[0];
    for (const check &c : checks) {
        if (argc != 2 || std::string(argv[1]) != c.name) continue;
        c.run();
        return failures ? 1 : 0;
    }
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
