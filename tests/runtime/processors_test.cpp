// How many threads may run at once: many CPUs, none that can be asked, and quotas of control groups.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "dispatch/dispatch.h"
#include "dispatch/processors.h"

namespace {

enum class system_kind { usual, large, silent };
system_kind how = system_kind::usual;
int opened = 0, inherited = 0;  // files, and those that a program begun meanwhile would hold open

}  // namespace

// The kernel of a machine with 2,048 CPUs, of which this process may use 1,500; or one that does not say.
extern "C" int sched_getaffinity(pid_t thread, size_t size, cpu_set_t *set) noexcept {
    if (how == system_kind::usual) {
        std::memset(set, 0, size);
        return syscall(SYS_sched_getaffinity, thread, size, set) < 0 ? -1 : 0;
    }
    errno = how == system_kind::silent ? EPERM : EINVAL;
    if (how == system_kind::silent || size < 256) return -1;
    std::memset(set, 0, size);
    for (size_t cpu = 548; cpu < 2048; cpu++) CPU_SET_S(cpu, size, set);
    return 0;
}

extern "C" int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int mode = flags & O_CREAT ? va_arg(more, int) : 0;
    va_end(more);
    opened++;
    inherited += (flags & O_CLOEXEC) == 0;
    return int(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

namespace slopewise::test {
namespace {

class Processors : public ::testing::Test {
protected:
    void TearDown() override { how = system_kind::usual; }
};

TEST_F(Processors, BeyondAThousand) {
    how = system_kind::large;
    processor_set all = processors_of_process();
    EXPECT_EQ(all.count(), 1500);
    all.remove(2047);
    all.remove(0);
    EXPECT_EQ(all.count(), 1499);
}

TEST_F(Processors, ThatCannotBeAskedForAreThoseOfTheMachine) {
    how = system_kind::silent;
    processor_count found = count_processors("/nonexistent", "/nonexistent");
    EXPECT_EQ(found.count, sysconf(_SC_NPROCESSORS_ONLN));
    EXPECT_NE(std::string(found.source).find("unknown"), std::string::npos) << found.source;
}

long open_files() { return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}); }

TEST_F(Processors, FilesOfAFirstCallAreClosedAndInheritedByNone) {
    setenv("SLOPEWISE_WISDOM", "/dev/null", 1);
    long before = open_files();
    float x = 1;
    ASSERT_EQ(slopewise_relu_f32(&x, &x, 1), SLOPEWISE_OK) << "a first call reads wisdom and control groups";
    EXPECT_GE(opened, 2);
    EXPECT_EQ(inherited, 0);
    EXPECT_EQ(open_files(), before);
}

/// A folder like /sys/fs/cgroup.
class Quota : public ::testing::Test {
protected:
    std::filesystem::path root = "processors_test_" + std::to_string(getpid());
    void SetUp() override { std::filesystem::create_directories(root); }
    void TearDown() override { std::filesystem::remove_all(root); }

    void write(const std::string &name, const std::string &text) {
        std::filesystem::create_directories((root / name).parent_path());
        std::ofstream(root / name) << text;
    }
    int quota(const std::string &groups) {
        write("groups", groups);
        return quota_of_groups((root / "groups").c_str(), root.c_str());
    }
    processor_count processors_with(const std::string &quota) {
        write("groups", "0::/");
        write("cpu.max", quota);
        return count_processors((root / "groups").c_str(), root.c_str());
    }
};

TEST_F(Quota, LimitsTheProcessors) {
    how = system_kind::large;
    EXPECT_EQ(processors_with("50000 100000").count, 1);
    EXPECT_NE(std::string(processors_with("149900000 100000").source).find("quota"), std::string::npos);
    EXPECT_EQ(processors_with("149900000 100000").count, 1499);
    EXPECT_NE(std::string(processors_with("150000000 100000").source).find("may use"), std::string::npos);
    EXPECT_EQ(processors_with("9900000000 100000").count, 1500);
    how = system_kind::usual;
}

TEST_F(Quota, OfVersion2) {
    EXPECT_EQ(quota("0::/\n"), no_quota);
    write("cpu.max", "max 100000\n");
    EXPECT_EQ(quota("0::/\n"), no_quota);
    write("box/cpu.max", "50000 100000\n");
    EXPECT_EQ(quota("0::/box\n"), 1) << "half a CPU is one thread";
    write("box/cpu.max", "250000 100000\n");
    EXPECT_EQ(quota("0::/box\n"), 3);
    EXPECT_EQ(quota("0::/box/inner\n"), 3) << "a group has no more than the one around it";
    write("box/inner/cpu.max", "200000 100000\n");
    EXPECT_EQ(quota("0::/box/inner\n"), 2);
    EXPECT_EQ(quota("0::/other\n"), no_quota);
}

TEST_F(Quota, OfVersion1) {
    write("cpu/cpu.cfs_quota_us", "-1\n");
    write("cpu/cpu.cfs_period_us", "100000\n");
    write("cpu/box/cpu.cfs_quota_us", "150000\n");
    write("cpu/box/cpu.cfs_period_us", "100000\n");
    write("cpu/cpuset/cpu.cfs_quota_us", "1\n");
    EXPECT_EQ(quota("9:memory:/box\n4:cpu,cpuacct:/\n1:name=systemd:/box\n"), no_quota);
    EXPECT_EQ(quota("9:memory:/\n4:cpuacct,cpu:/box\n0::/\n"), 2);
    EXPECT_EQ(quota("4:cpuset:/box\n"), no_quota) << "another controller's group";
    write("cpu/box/cpu.cfs_period_us", "0\n");
    EXPECT_EQ(quota("4:cpu:/box\n"), no_quota);
}

TEST_F(Quota, Nonsense) {
    for (const char *text : {"", "\n", "::", "0:", "cpu", "0::/../../../../nowhere\n", ":::::::\n"})
        EXPECT_EQ(quota(text), no_quota) << text;
    for (const char *text : {"", "max", "-5 100000", "5 -1", "x y", "99999999999999999999 1"}) {
        write("cpu.max", text);
        EXPECT_EQ(quota("0::/\n"), no_quota) << text;
    }
    EXPECT_EQ(quota_of_groups("/nonexistent", "/nonexistent"), no_quota);
}

}  // namespace
}  // namespace slopewise::test
