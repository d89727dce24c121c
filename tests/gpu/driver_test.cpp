// The checks of the CUDA runtime, each in a process of its own: this program again, with the name of a check.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <new>

#include "driver_check.h"

namespace {

bool fails() {
    using namespace slopewise::test;
    return allocations_to_failure > 0 && --allocations_to_failure == 0 ? allocation_failed = true : false;
}

}  // namespace

void *operator new(size_t size, const std::nothrow_t &) noexcept { return fails() ? nullptr : ::operator new(size); }
void *operator new[](size_t size, const std::nothrow_t &) noexcept { return fails() ? nullptr : ::operator new[](size); }

namespace slopewise::test {

void PrintTo(const check &c, std::ostream *out) { *out << c.name; }

namespace {

std::vector<check> all_checks() {
    std::vector<check> all;
    for (const std::vector<check> &some : {launch_checks, failure_checks, memory_checks, rule_checks, opencl_checks, device_checks})
        all.insert(all.end(), some.begin(), some.end());
    return all;
}

const char *program;

class Driver : public ::testing::TestWithParam<check> {};

TEST_P(Driver, Check) {
    const check &c = GetParam();
    std::fflush(nullptr);
    pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        unsetenv("SLOPEWISE_VARIANT");
        setenv("LD_LIBRARY_PATH", (TEST_DRIVERS + std::string("/") + c.folder).c_str(), 1);
        if (c.variable[0]) setenv(c.variable, c.value, 1);
        execl("/proc/self/exe", program, c.name, nullptr);
        _exit(127);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "see above for what does not hold";
}

INSTANTIATE_TEST_SUITE_P(All, Driver, ::testing::ValuesIn(all_checks()), [](const auto &info) { return std::string(info.param.name); });

}  // namespace
}  // namespace slopewise::test

int main(int argc, char **argv) {
    using namespace slopewise::test;
    program = argv[0];
    for (const check &c : all_checks()) {
        if (argc != 2 || std::string(argv[1]) != c.name) continue;
        c.run();
        return failures ? 1 : 0;
    }
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
