// Loading, unloading, forking.
#include <dirent.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "tensors.h"

namespace slopewise::test {
namespace {

const char *library_path() { return std::getenv("SLOPEWISE_SHARED"); }

int entries(const char *folder) {
    DIR *d = opendir(folder);
    int count = 0;
    while (readdir(d)) count++;
    closedir(d);
    return count;
}

bool is_mapped() {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        if (line.find("libslopewise.so") != std::string::npos) return true;
    }
    return false;
}

/// Calls that use the pool, through the loaded library's own functions, on memory that is there before.
class caller {
public:
    explicit caller(void *library) : relu(reinterpret_cast<decltype(&slopewise_relu)>(dlsym(library, "slopewise_relu"))) {}

    bool call() {
        std::fill(y.begin(), y.end(), 7.0f);
        auto n = int64_t(x.size());
        DLTensor in = {x.data(), {kDLCPU, 0}, 1, f32, &n, nullptr, 0}, out = in;
        out.data = y.data();
        slopewise_options o = default_options();
        o.threads = 4;
        if (relu(nullptr, &out, &o) == SLOPEWISE_OK) return false;  // leaves a message in thread-local storage
        return relu(&in, &out, &o) == SLOPEWISE_OK && y.front() == 0 && y.back() == 0;
    }

private:
    decltype(&slopewise_relu) relu;
    std::vector<float> x = std::vector<float>(1 << 16, -1.0f), y = std::vector<float>(x.size());
};

bool call_with_threads(void *library) { return caller(library).call(); }

TEST(Load, AHundredTimesLeavesNothing) {
    ASSERT_TRUE(library_path()) << "SLOPEWISE_SHARED must name the library";
    ASSERT_FALSE(is_mapped());
    int threads = 0, files = 0;
    for (int round = 0; round < 100; round++) {
        void *library = dlopen(library_path(), RTLD_NOW | RTLD_LOCAL);
        ASSERT_TRUE(library) << dlerror();
        ASSERT_TRUE(call_with_threads(library));
        std::thread([&] { ASSERT_TRUE(call_with_threads(library)); }).join();
        ASSERT_EQ(dlclose(library), 0);
        ASSERT_FALSE(is_mapped()) << "the library stays after dlclose";
        if (round == 0) threads = entries("/proc/self/task"), files = entries("/proc/self/fd");
    }
    EXPECT_EQ(entries("/proc/self/task"), threads);
    EXPECT_EQ(entries("/proc/self/fd"), files);
}

TEST(Load, ManyThreadsLeaveNothing) {
    for (int round = 0; round < 3; round++) {
        void *library = dlopen(library_path(), RTLD_NOW | RTLD_LOCAL);
        ASSERT_TRUE(library) << dlerror();
        std::atomic<int> right{0};
        std::vector<std::thread> callers;
        for (int i = 0; i < 64; i++) callers.emplace_back([&] { right += call_with_threads(library); });
        for (std::thread &t : callers) t.join();
        EXPECT_EQ(right, 64);
        ASSERT_EQ(dlclose(library), 0);
        ASSERT_FALSE(is_mapped()) << "the library stays after dlclose";
    }
}

/// Waits for a child for at most ten seconds; its exit status, or -1.
int wait_for(pid_t child) {
    for (int i = 0; i < 1000; i++) {
        int status;
        if (waitpid(child, &status, WNOHANG) == child) return WIFEXITED(status) ? WEXITSTATUS(status) : -2;
        usleep(10000);
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    return -1;
}

TEST(Fork, ChildCallsAndExits) {
    void *library = dlopen(library_path(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_TRUE(library) << dlerror();
    for (bool pool_runs_before : {false, true}) {
        if (pool_runs_before) ASSERT_TRUE(call_with_threads(library));
        pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) std::exit(call_with_threads(library) ? 0 : 1);  // destructors and all
        EXPECT_EQ(wait_for(child), 0);
    }
    EXPECT_TRUE(call_with_threads(library));
    dlclose(library);
}

TEST(Fork, WhileOtherThreadsCall) {
    void *library = dlopen(library_path(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_TRUE(library) << dlerror();
    std::atomic<bool> begun{false}, stop{false};
    caller other(library);
    std::thread busy([&] {
        while (!stop) begun = other.call();
    });
    while (!begun) std::this_thread::yield();  // after it nothing allocates there: see the address sanitizer's allocator in CMakeLists.txt
    for (int i = 0; i < 20; i++) {
        pid_t child = fork();
        // Not exit(): what the other thread had allocated would count as leaked here.
        if (child == 0) _exit(call_with_threads(library) ? 0 : 1);
        EXPECT_EQ(wait_for(child), 0);
    }
    stop = true;
    busy.join();
    dlclose(library);
}

}  // namespace
}  // namespace slopewise::test
