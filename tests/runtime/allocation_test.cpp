// Memory that runs out: with the k-th allocation failing, for every k, and with all from the k-th on, first calls neither end the
// process nor hang, and calls on CPU tensors succeed. First calls come once a process, so each case has a child of its own.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fstream>

#include "tensors.h"

namespace {

std::atomic<long> allocations{0}, first_failure{0}, last_failure{-1};

bool fails() {
    long number = ++allocations;
    if (number < first_failure || number > last_failure) return false;
    errno = ENOMEM;
    return true;
}

void let_fail(long first, long last) {
    allocations = 0;
    first_failure = first;
    last_failure = last;
}

}  // namespace

// The whole process's: the library's own, and those of what it calls.
extern "C" {
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *malloc(size_t size) { return fails() ? nullptr : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails() ? nullptr : __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return fails() ? nullptr : __libc_realloc(old, size); }
/// No driver is found: what one does without memory is its own.
void *dlopen(const char *, int mode) noexcept { return dlmopen(LM_ID_BASE, "libno_such_driver.so", mode); }
}

namespace slopewise::test {
namespace {

/// Every function that resolves something at its first call; small and shared calls.
struct first_calls {
    int64_t shape[2] = {1 << 10, 1 << 9}, turned[2] = {1, 1 << 10}, n = 1 << 19;
    std::vector<float> x = std::vector<float>(1 << 19, -2.0f), y = std::vector<float>(1 << 19, 7.0f);
    char text[1 << 14];
    slopewise_variant variants[32];
    slopewise_options options = default_options();

    bool relu(int threads, bool strided) {
        DLTensor in = {x.data(), {kDLCPU, 0}, strided ? 2 : 1, f32, strided ? shape : &n, strided ? turned : nullptr, 0}, out = in;
        out.data = y.data();
        out.strides = nullptr;
        options.threads = threads;
        y.front() = y.back() = 7;
        return slopewise_relu(&in, &out, &options) == SLOPEWISE_OK && y.front() == 0 && y.back() == 0;
    }
    bool ask() {
        slopewise_choice choice = {sizeof choice, nullptr, nullptr, nullptr, 0};
        return slopewise_choose("relu", "f32", 1 << 20, &choice) == SLOPEWISE_OK &&
               slopewise_explain("rrelu", "f64", 1 << 20, text, sizeof text) == SLOPEWISE_OK;
    }
    bool describe() { return slopewise_machine(text, sizeof text) > 1000; }
    bool call() { return relu(1, false) && describe() && ask() && relu(3, true) && slopewise_variants(variants, 32) > 0; }
};

/// Exit status of a child that runs `body`; -1 after a signal.
template <class Body>
int in_child(Body body) {
    std::fflush(nullptr);
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        _exit(body());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// A sound file of this machine, for the library to find.
class Memory : public ::testing::Test {
protected:
    std::string path = "allocation_test_" + std::to_string(getpid()) + ".json";

    void SetUp() override {
        setenv("SLOPEWISE_WISDOM", "", 1);
        ASSERT_EQ(in_child([&] {
                      first_calls calls;
                      if (!calls.describe()) return 1;
                      std::ofstream file(path);
                      file << R"({"slopewise_wisdom": 2, "ratios": {"": [])";
                      for (const char *pattern :
                           {"copy", "gradient", "concatenation", "concatenation_gradient", "random", "random_noise", "random_gradient"})
                          file << ", \"" << pattern << R"(": [[1024, 1000, 0, 0, 0, 0, 0, 0, 0, 0]])";
                      file << "}," << calls.text + 1;
                      return 0;
                  }),
                  0);
        setenv("SLOPEWISE_WISDOM", path.c_str(), 1);
    }
    void TearDown() override { unlink(path.c_str()); }
};

TEST_F(Memory, CallsOnTheCpuNeedNone) {
    EXPECT_EQ(in_child([] {
                  first_calls calls;
                  let_fail(1, LONG_MAX);
                  bool right = calls.relu(1, false) && calls.describe() && calls.ask() && calls.relu(1, true);
                  return !right || allocations > 0;
              }),
              0);
}

TEST_F(Memory, WisdomIsUsedAllTheSame) {
    EXPECT_EQ(in_child([] {
                  first_calls calls;
                  let_fail(1, LONG_MAX);
                  return !calls.describe() || !std::strstr(calls.text, "\"state\": \"used\"");
              }),
              0);
}

TEST_F(Memory, EveryAllocationMayFail) {
    int used = in_child([] {
        first_calls calls;
        let_fail(0, -1);
        return calls.call() ? int(std::min<long>(allocations, 250)) : 255;
    });
    ASSERT_NE(used, 255) << "with all memory";
    ASSERT_GT(used, 0) << "threads and drivers take some";
    for (int k = 1; k <= used + 1; k++) {
        for (long last : {long(k), LONG_MAX}) {
            EXPECT_EQ(in_child([&] {
                          first_calls calls;
                          let_fail(k, last);
                          return calls.call() ? 0 : 1;
                      }),
                      0)
                << "allocation " << k << (last == k ? "" : " and all that follow");
        }
    }
}

}  // namespace
}  // namespace slopewise::test
