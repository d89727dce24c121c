// Forks at any moment: the child's calls return, and give the right bytes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdarg>
#include <cstdlib>
#include <random>
#include <thread>

#include "tensors.h"

namespace {

std::atomic<int> slow_opens{0};
constexpr const char *slow_file = "/a-slow-home-folder/wisdom.json";

}  // namespace

// The whole process's: the library's first call looks for a file in a folder that takes its time.
extern "C" int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int mode = flags & O_CREAT ? va_arg(more, int) : 0;
    va_end(more);
    if (std::strcmp(path, slow_file) == 0) {
        slow_opens++;
        usleep(300000);
    }
    return int(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

namespace slopewise::test {
namespace {

bool relu(int64_t n, int threads) {
    std::vector<float> x(size_t(n), -1.0f), y(x.size(), 7.0f);
    DLTensor in = {x.data(), {kDLCPU, 0}, 1, f32, &n, nullptr, 0}, out = in;
    out.data = y.data();
    slopewise_options o = default_options();
    o.threads = threads;
    return slopewise_relu(&in, &out, &o) == SLOPEWISE_OK && std::count(y.begin(), y.end(), 0.0f) == n;
}

template <class Body>
pid_t start_child(Body body) {
    std::fflush(nullptr);
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        _exit(body() ? 0 : 1);
    }
    return child;
}

bool succeeds(pid_t child) {
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// The threads of a process in their first call, all at once, while it forks; so does its child while it is in its own.
bool fork_in_first_call(int generations) {
    slow_opens = 0;
    std::vector<std::thread> callers;
    std::atomic<int> right{0};
    for (int i = 0; i < 16; i++) callers.emplace_back([&] { right += relu(1000, 1); });
    while (slow_opens == 0) usleep(1000);
    usleep(50000);
    pid_t child = start_child([&] { return generations > 1 ? fork_in_first_call(generations - 1) : relu(1000, 1); });
    for (std::thread &t : callers) t.join();
    return succeeds(child) && right == 16;
}

TEST(Fork, WhileManyThreadsAreInTheirFirstCall) {
    setenv("SLOPEWISE_WISDOM", slow_file, 1);
    EXPECT_TRUE(succeeds(start_child([] { return fork_in_first_call(1); })));
    EXPECT_TRUE(succeeds(start_child([] { return fork_in_first_call(3); }))) << "a child's child";
    setenv("SLOPEWISE_WISDOM", "", 1);
}

TEST(Fork, AtRandomMoments) {
    setenv("SLOPEWISE_WISDOM", "", 1);
    std::atomic<bool> stop{false}, wrong{false};
    std::vector<std::thread> busy;
    for (int i = 0; i < 4; i++) {
        busy.emplace_back([&, i] {
            while (!stop) wrong = wrong || !relu(1 << (10 + 2 * i), i);
        });
    }
    std::mt19937 random(5);
    for (int round = 0; round < 60; round++) {
        usleep(random() % 2000);
        ASSERT_TRUE(succeeds(start_child([] { return relu(1 << 16, 3) && relu(100, 1); }))) << "round " << round;
    }
    stop = true;
    for (std::thread &t : busy) t.join();
    EXPECT_FALSE(wrong);
}

}  // namespace
}  // namespace slopewise::test
