// The same bytes from every function and type in every circumstance that is the caller's: floating-point environment,
// threads, a forked child, variant.
#include <fenv.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "everything.h"
#include "support/float_control.h"

namespace slopewise::test {
namespace {

slopewise_options with_threads(int threads) {
    slopewise_options o = default_options();
    o.threads = threads;
    return o;
}

// Both return nothing after a failure, which must not pass for equal results.
TEST(Everything, Works) {
    EXPECT_FALSE(run_everything(with_threads(1)).empty()) << slopewise_last_error();
    EXPECT_FALSE(run_flat_forms().empty()) << slopewise_last_error();
}

class FloatEnvironment : public ::testing::TestWithParam<uint32_t> {};

// The control register as a framework may have set it: results as ever, its control bits as found, no trap.
TEST_P(FloatEnvironment, ChangesNoResult) {
    auto flat = run_flat_forms();
    for (int threads : {1, 4}) {
        auto want = run_everything(with_threads(threads));
        uint32_t usual = float_control();
        set_float_control(GetParam());
        auto got = run_everything(with_threads(threads));
        auto got_flat = run_flat_forms();
        uint32_t after = float_control();
        set_float_control(usual);
        EXPECT_TRUE(got == want) << threads << " threads";
        EXPECT_TRUE(got_flat == flat);
        EXPECT_EQ(after & control_bits, GetParam() & control_bits);
        EXPECT_EQ(after & GetParam(), GetParam()) << "flags that were raised";
    }
}

INSTANTIATE_TEST_SUITE_P(Control, FloatEnvironment, ::testing::ValuesIn(foreign_controls()));

// Errors are as ever too: bounds that denormals-are-zero would take for equal, and the midpoint.
TEST(FloatEnvironment, ChecksAreExact) {
    dl x({4}, f64), y({4}, f64);
    slopewise_rrelu_params p = {2e-310, 1e-310, 0, 0, 0, nullptr, nullptr};
    uint32_t usual = float_control();
    for (uint32_t found : foreign_controls()) {
        set_float_control(found);
        slopewise_status order = slopewise_rrelu(&x, &p, &y, nullptr, nullptr);
        slopewise_status eval = slopewise_rrelu_eval(&x, 2e-310, 1e-310, &y, nullptr);
        slopewise_status sign = slopewise_leaky_relu_backward(&x, &x, 1, -1e-310, &y, nullptr);
        slopewise_status midpoint = slopewise_rrelu_eval(&x, 1.7e308, 1.7e308, &y, nullptr);
        slopewise_status nan = slopewise_leaky_relu(&x, __builtin_nans(""), &y, nullptr);
        uint32_t after = float_control();
        set_float_control(usual);
        for (slopewise_status s : {order, eval, sign, midpoint, nan}) EXPECT_EQ(s, SLOPEWISE_INVALID_ARGUMENT);
        EXPECT_EQ(after & control_bits, found & control_bits) << "control bits after a failure";
    }
}

// Rounding and traps as <fenv.h> sets them: in the x87 unit as well.
TEST(FloatEnvironment, FenvChangesNoResult) {
    auto want = run_everything(with_threads(4));
    auto flat = run_flat_forms();
    fenv_t usual;
    fegetenv(&usual);
    fesetround(FE_DOWNWARD);
    int trapped = feenableexcept(FE_ALL_EXCEPT) < 0 ? 0 : FE_ALL_EXCEPT;  // ARM has none
    auto got = run_everything(with_threads(4));
    auto got_flat = run_flat_forms();
    int rounding = fegetround(), traps = fegetexcept();
    fesetenv(&usual);
    EXPECT_TRUE(got == want);
    EXPECT_TRUE(got_flat == flat);
    EXPECT_EQ(rounding, FE_DOWNWARD);
    EXPECT_EQ(traps, trapped);
}

TEST(Threads, CountAndVariantChangeNoResult) {
    auto want = run_everything(with_threads(1));
    for (const slopewise_variant &v : usable_cpu_variants()) {
        for (int threads : {1, 2, 3, 8}) {
            slopewise_options o = with_threads(threads);
            o.variant = v.name;
            EXPECT_TRUE(run_everything(o) == want) << v.name << ", " << threads << " threads";
        }
    }
}

// A child has none of the pool's threads, and its exit must not wait for them.
TEST(Fork, ChildGetsTheSameBytesAndExits) {
    auto want = run_everything(with_threads(4));
    pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        alarm(20);
        bool same = run_everything(with_threads(4)) == want && run_flat_forms() == run_flat_forms();
        pid_t grandchild = fork();
        if (grandchild == 0) std::exit(run_everything(with_threads(3)) == want ? 0 : 1);
        int status = 0;
        waitpid(grandchild, &status, 0);
        std::exit(same && WIFEXITED(status) ? WEXITSTATUS(status) : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    EXPECT_TRUE(run_everything(with_threads(4)) == want) << "the parent's pool works on";
}

}  // namespace
}  // namespace slopewise::test
