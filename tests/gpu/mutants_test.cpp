// The kernel tests notice slips in PTX: of each generator a kernel, of which every slip must be found.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "dispatch/dispatch.h"
#include "driver/interpreted_cuda.h"
#include "kernels/gpu_caller.h"
#include "mutants.h"

namespace slopewise::test {
namespace {

/// Null where the tests run on a GPU, which takes no other PTX.
interpreted_cuda *interpreter() {
    if (!test_gpu()) return nullptr;
    void *function = dlsym(dlopen("libcuda.so.1", RTLD_NOW), "slopewise_interpreted_cuda");
    return function ? reinterpret_cast<interpreted_cuda_function *>(function)() : nullptr;
}

struct subject {
    kernel id;
    dtype type;
    std::vector<const char *> equal;  ///< slips that change nothing: how they begin
};
void PrintTo(const subject &s, std::ostream *out) { *out << kernel_names[int(s.id)] << "_" << name(s.type); }

/// What is wrong, also if it is the driver that says so.
std::string wrong(const expected &want, const kernel_caller &caller) {
    try {
        return check_kernel(want, caller);
    } catch (const std::exception &e) {
        return e.what();
    }
}

class Mutants : public ::testing::TestWithParam<subject> {};

TEST_P(Mutants, AreFound) {
    interpreted_cuda *driver = interpreter();
    if (!driver) GTEST_SKIP() << "not run: CUDA is executed on a GPU here";
    const subject &s = GetParam();
    const variant &v = *std::find_if(variants, variants + variant_count, [](const variant &v) { return v.device == device_kind::cuda; });
    expected want(*reference_of(s.id), s.type, {(1 << 16) + 9, 0x5ffffff00});
    gpu_caller caller(v.device, v.function(s.id, s.type), form_of(s.id));
    ASSERT_EQ(wrong(want, caller), "");
    size_t module = driver->modules.size() - 1;
    int found = 0;
    for (const mutant &m : mutants_of(driver->modules[module])) {
        if (!driver->replace(module, m.ptx)) continue;  // an instruction that no kernel has
        bool was_found = !wrong(want, caller).empty();
        found += was_found;
        std::string slip = m.line + " -> " + (m.instead.empty() ? "nothing" : m.instead);
        bool is_equal = std::any_of(s.equal.begin(), s.equal.end(), [&](const char *some) { return slip.find(some) == 0; });
        EXPECT_NE(was_found, is_equal) << slip;
    }
    std::printf("%d slips found\n", found);
    EXPECT_GT(found, 30);
}

// Numbers of threads have no sign; no row is empty, which Halide's division would have to know; runs begin with a block of draws,
// so that it does not matter whether its number is added; and a shift by four elements has no bit below its second.
const subject subjects[] = {
    {kernel::relu_wide, dtype::f32, {"setp.lt.s32 %p1, %r1, %r2; -> setp.lt.u32"}},
    {kernel::leaky_relu, dtype::f16, {"setp.lt.s32 %p1, %r1, %r3; -> setp.lt.u32"}},
    {kernel::crelu,
     dtype::bf16,
     {"setp.lt.s32 %p1, %r1, %r9; -> setp.lt.u32", "setp.eq.b32 %p2, %r2, 0; -> nothing", "sub.s32 %r11, %r2, %r10; -> add.s32"}},
    {kernel::rrelu_keyed,
     dtype::f32,
     {"setp.lt.s32 %p1, %r2, %r27; -> setp.lt.u32", "add.s32 %r46, %r1, %r45; -> sub.s32",
      "and.b32 %r52, %r51, 16; -> and.b32 %r52, %r51, 17"}}};
INSTANTIATE_TEST_SUITE_P(All, Mutants, ::testing::ValuesIn(subjects));

}  // namespace
}  // namespace slopewise::test
