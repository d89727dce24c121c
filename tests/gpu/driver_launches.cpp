// What is launched where.
#include <atomic>
#include <cstdlib>
#include <thread>

#include "driver_check.h"

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

void opened_by_the_first_tensor() {
    cpu_still_works();
    char text[4096];
    slopewise_choice choice = {sizeof choice, nullptr, nullptr, nullptr, 0};
    require(slopewise_choose("relu", "f32", 1 << 20, &choice) == SLOPEWISE_OK, "a choice");
    require(slopewise_explain("relu", "f32", 1 << 20, text, sizeof text) == SLOPEWISE_OK && slopewise_machine(text, sizeof text), "text");
    for (const char *driver : {"libcuda.so.1", "libOpenCL.so.1"})
        require(!dlopen(driver, RTLD_NOW | RTLD_NOLOAD), std::string("neither CPU tensors nor questions open ") + driver);
    require(on_device(100).relu() == SLOPEWISE_OK, "a CUDA tensor");
    require(dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD), "opens it");
}

void launches_where_it_is_told() {
    on_device t(1 << 20);
    t.options.stream = new_stream();
    require(t.relu() == SLOPEWISE_OK, "relu");
    interpreted_cuda &d = driver();
    require(d.launches.size() == 1, "whole vectors in one launch");
    const recorded_launch &l = d.launches[0];
    require(l.blocks * l.threads == (1 << 18) && l.threads == 256, "four floats a thread");
    require(l.stream == t.options.stream, "on the caller's stream");
    require(l.context == primary_context(0), "on the device's primary context");
    require(l.first[0] == uint64_t(t.y.data) && l.first[1] == uint64_t(t.x.data), "of those tensors");
    on_device ragged(1003);
    require(ragged.relu() == SLOPEWISE_OK && d.launches.size() == 3 && d.launches[2].first[1] == uint64_t(ragged.x.data) + 4000,
            "a rest after whole vectors, an element a thread");
    on_device none(0);
    require(none.relu() == SLOPEWISE_OK && d.launches.size() == 3, "nothing for no elements");
    on_device managed(8);
    managed.x.device.device_type = kDLCUDAManaged;
    require(managed.relu() == SLOPEWISE_OK && d.launches.size() == 4, "managed memory");
}

/// Whole vectors where each tensor begins on 16 bytes, by its address and its byte_offset together.
void alignment() {
    on_device t(1024);
    require(t.relu() == SLOPEWISE_OK, "relu");
    interpreted_cuda &d = driver();
    auto begins_at = [&](uint64_t x_address, uint64_t x_offset, uint64_t y_address, uint64_t y_offset) {
        on_device some(1024);
        some.x.data = static_cast<char *>(some.x.data) + x_address;
        some.y.data = static_cast<char *>(some.y.data) + y_address;
        some.x.byte_offset = x_offset;
        some.y.byte_offset = y_offset;
        require(some.relu() == SLOPEWISE_OK, "relu");
        const recorded_launch &l = d.launches.back();
        require(l.first[1] == uint64_t(some.x.data) + x_offset && l.first[0] == uint64_t(some.y.data) + y_offset, "where they begin");
        return l.blocks == 1 ? 16 : 4;
    };
    require(begins_at(0, 0, 0, 0) == 16 && begins_at(0, 32, 0, 16) == 16 && begins_at(4, 12, 8, 8) == 16, "whole vectors");
    require(begins_at(4, 0, 0, 0) == 4 && begins_at(0, 4, 0, 0) == 4 && begins_at(0, 0, 8, 0) == 4 && begins_at(0, 0, 0, 8) == 4,
            "an element a thread");
}

/// More than 2^32 elements: pieces that follow each other and cover all.
void chunks() {
    constexpr int64_t n = (int64_t{1} << 33) + 4 * 300;
    on_device t(n, 0, 0x10000000000);
    t.y.data = reinterpret_cast<void *>(uint64_t(t.x.data) + 4 * uint64_t(n));
    require(t.relu() == SLOPEWISE_OK, "relu");
    uint64_t at = uint64_t(t.x.data);
    for (const recorded_launch &l : driver().launches) {
        require(l.first[1] == at && l.first[0] - uint64_t(t.y.data) == at - uint64_t(t.x.data), "pieces follow each other");
        at += std::min<uint64_t>(16 * uint64_t(l.blocks) * l.threads, uint64_t(t.y.data) - at);
    }
    require(at == uint64_t(t.y.data), "to the end");
    require(driver().launches.size() == 9, "in nine launches");
}

/// As many tensors as a launch can have.
void chunks_of_four_tensors() {
    constexpr int64_t n = (int64_t{1} << 31) + 4 * 300;
    on_device grad(2 * n, 0, 0x10000000000), x(n, 0, 0x30000000000);
    require(slopewise_crelu_backward(&grad.x, &x.x, 0, &x.y, nullptr) == SLOPEWISE_OK, "crelu_backward");
    std::vector<uint64_t> threads;
    for (const recorded_launch &l : driver().launches) threads.push_back(uint64_t(l.blocks) * l.threads);
    require(threads == std::vector<uint64_t>{1 << 28, 1 << 28, 512}, "two whole pieces and the rest, four elements a thread");
}

void context_comes_back() {
    require(on_device(100).relu() == SLOPEWISE_OK, "first");
    void *own = primary_context(1);
    in_context of_own(own);
    for (int error : {0, 719}) {
        driver().fails = {{"cuLaunchKernel", error}};
        (void)on_device(100).relu();
        require(current_context() == own, "the caller's context is current again");
    }
}

void nothing_is_allocated_or_loaded_again() {
    on_device t(1003);
    t.options.stream = new_stream();
    slopewise_rrelu_params p = default_params();
    auto both = [&] { return t.relu() || slopewise_rrelu(&t.x, &p, &t.y, nullptr, &t.options); };
    require(!both(), "first calls");
    interpreted_cuda &d = driver();
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

void devices_and_variants() {
    require(on_device(100, 1).relu() == SLOPEWISE_OK && driver().launches.back().target == "sm_50", "7.5 takes cuda-50");
    require(on_device(100, 0).relu() == SLOPEWISE_OK && driver().launches.back().target == "sm_80", "9.0 takes cuda-80");
    require(driver().launches[0].context != driver().launches[1].context, "each on its own context");
    on_device t(100, 0), old(100, 1);
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
    require(on_device(100, 0).relu() == SLOPEWISE_OK && driver().launches.back().target == "sm_50", "bound");
    cpu_still_works();
}
/// SLOPEWISE_VARIANT=cuda-80, on a device of 7.5.
void forced_wrongly() {
    require(on_device(100, 1).relu() == SLOPEWISE_UNAVAILABLE_VARIANT && says("SLOPEWISE_VARIANT"), "refused");
    on_device t(100, 1);
    t.options.variant = "cuda-50";
    require(t.relu() == SLOPEWISE_OK, "the option comes before the environment");
    cpu_still_works();
}
/// SLOPEWISE_VARIANT of a CPU.
void not_bound() { require(on_device(100, 0).relu() == SLOPEWISE_OK, "a CPU's variant binds no CUDA tensor"); }
/// SLOPEWISE_VARIANT=nonsense
void unknown() {
    require(on_device(100, 0).relu() == SLOPEWISE_UNAVAILABLE_VARIANT && says("nonsense") && says("cuda-80"), "binds every tensor");
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

}  // namespace

const std::vector<check> launch_checks = {{"opened_by_the_first_tensor", opened_by_the_first_tensor},
                                          {"launches_where_it_is_told", launches_where_it_is_told},
                                          {"alignment", alignment},
                                          {"chunks", chunks},
                                          {"chunks_of_four_tensors", chunks_of_four_tensors},
                                          {"context_comes_back", context_comes_back},
                                          {"nothing_is_allocated_or_loaded_again", nothing_is_allocated_or_loaded_again},
                                          {"devices_and_variants", devices_and_variants},
                                          {"forced", forced, "interpreted", "SLOPEWISE_VARIANT", "cuda-50"},
                                          {"forced_wrongly", forced_wrongly, "interpreted", "SLOPEWISE_VARIANT", "cuda-80"},
                                          {"not_bound", not_bound, "interpreted", "SLOPEWISE_VARIANT", "x86-64"},
                                          {"unknown", unknown, "interpreted", "SLOPEWISE_VARIANT", "nonsense"},
                                          {"many_threads", many_threads}};

}  // namespace slopewise::test
