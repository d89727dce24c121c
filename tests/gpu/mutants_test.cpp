// The kernel tests notice slips in PTX, of a kernel of each generator: nine in ten, and the others are printed.
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
    int found = 0, planted = 0;
    for (const mutant &m : mutants_of(driver->modules[module])) {
        if (!driver->replace(module, m.ptx)) continue;  // an instruction that no kernel has
        planted++;
        bool was_found = !wrong(want, caller).empty();
        found += was_found;
        if (!was_found) std::printf("not found: %s -> %s\n", m.line.c_str(), m.instead.empty() ? "nothing" : m.instead.c_str());
    }
    std::printf("%d of %d slips found\n", found, planted);
    EXPECT_GT(planted, 30);
    EXPECT_GE(found, 0.9 * planted);
}

// What stays changes nothing. Numbers of threads have no sign. Rows are not empty, and here they follow each other, so that it does
// not matter where one ends (operations_test.cpp has them apart). Runs begin with a block of draws, so that its number may be added
// or taken away. What is shifted by two has no lowest bit.
const subject subjects[] = {
    {kernel::relu_wide, dtype::f32}, {kernel::leaky_relu, dtype::f16}, {kernel::crelu, dtype::bf16}, {kernel::rrelu_keyed, dtype::f32}};
INSTANTIATE_TEST_SUITE_P(All, Mutants, ::testing::ValuesIn(subjects));

}  // namespace
}  // namespace slopewise::test
