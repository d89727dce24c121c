// What calls take from the process and leave to it: stacks, and with built-in threads processors and signals. Each case of those has
// a child of its own, whose pool is new.
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "scene.h"

namespace slopewise::test {
namespace {

/// Exit status of a child that runs `body`; minus the signal that ended it.
template <class Body>
int in_child(Body body) {
    std::fflush(nullptr);
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        _exit(body() ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// A square matrix and a turned one, so that tiles go through scratch memory.
struct matrices {
    static constexpr int64_t side = 2048, bytes = 4 * side * side;
    int64_t shape[2] = {side, side}, turned[2] = {1, side};
    char *memory = static_cast<char *>(mmap(nullptr, 2 * bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    DLTensor x = {memory, {kDLCPU, 0}, 2, f32, shape, turned, 0}, y = {memory + bytes, {kDLCPU, 0}, 2, f32, shape, nullptr, 0};

    matrices() { std::fill_n(reinterpret_cast<float *>(memory), side * side, -1.0f); }
    bool call(int threads) {
        slopewise_rrelu_params p = {0.25, 0.25, 1, 2, 0, nullptr, nullptr};
        slopewise_options o = default_options();
        o.threads = threads;
        auto *out = reinterpret_cast<float *>(memory + bytes);
        if (slopewise_rrelu(&x, &p, &y, nullptr, &o) != SLOPEWISE_OK) return false;
        return std::count(out, out + side * side, -0.25f) == side * side;
    }
};

std::vector<pid_t> threads() {
    std::vector<pid_t> all;
    for (const auto &task : std::filesystem::directory_iterator("/proc/self/task"))
        all.push_back(std::atoi(task.path().filename().c_str()));
    return all;
}

TEST(Stack, SmallDefaultIsEnoughForWorkers) {
    EXPECT_EQ(in_child([] {
                  pthread_attr_t small;
                  pthread_attr_init(&small);
                  pthread_attr_setstacksize(&small, 128 << 10);
                  pthread_setattr_default_np(&small);
                  matrices m;
                  bool right = m.call(4);
                  return right && m.call(4) && threads().size() == 4;
              }),
              0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // whose frames are larger

/// Bytes of stack that `body` uses at most, on a thread whose stack is painted before.
template <class Body>
size_t stack_of(Body body) {
    constexpr size_t size = size_t{2} << 20;
    constexpr unsigned char paint = 0xa5;
    std::vector<unsigned char> memory(size + 4096, paint);
    auto *stack = memory.data() + 4096 - reinterpret_cast<uintptr_t>(memory.data()) % 4096;
    struct frame {
        Body body;
        const unsigned char *top;
    } its = {body, nullptr};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, stack, size);
    auto run = [](void *self) -> void * {
        auto &f = *static_cast<frame *>(self);
        f.top = static_cast<unsigned char *>(__builtin_frame_address(0));
        f.body();
        return nullptr;
    };
    pthread_t thread;
    EXPECT_EQ(pthread_create(&thread, &attributes, run, &its), 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    return size_t(its.top - std::find_if(stack, stack + size, [](unsigned char c) { return c != paint; }));
}

/// A call on tensors of which every other element is taken, whose random indices lie as `index_strides` says.
size_t stack_of_strided_call(const function &f, DLDataType type, const char *variant, const int64_t *index_strides) {
    scene s;
    set_up(s, f, type, 96, 2 * 96);
    for (dl &t : s.tensors) {
        t.extents[1] = 96;
        t.steps = {2 * 96, 2};
        t.strides = t.steps.data();
    }
    s.options.variant = variant;
    s.options.threads = 1;
    s.params.index_strides = index_strides;
    return stack_of([&] { EXPECT_EQ(f.run(s), SLOPEWISE_OK) << f.name << ": " << slopewise_last_error(); });
}

// As the public header says.
TEST(Stack, StridedCallsUseAtMost272KiB) {
    size_t most = 0;
    for (const slopewise_variant &v : usable_cpu_variants()) {
        for (const function &f : functions()) {
            for (DLDataType type : {f32, f64, f16, bf16}) {
                for (auto index_strides : {std::array<int64_t, 2>{96, 1}, {1, 96}, {5, 3}})
                    most = std::max(most, stack_of_strided_call(f, type, v.name, index_strides.data()));
            }
        }
    }
    EXPECT_LE(most, size_t{272} << 10);
    EXPECT_GT(most, size_t{240} << 10) << "no call went through its scratch memory";
}

#endif

bool may_run_on_one_only(pid_t thread, int processor) {
    cpu_set_t set;
    if (sched_getaffinity(thread, sizeof set, &set) != 0) return true;  // it has ended
    return CPU_COUNT(&set) == 1 && CPU_ISSET(size_t(processor), &set);
}

/// The last processor of the process, or -1 where there is but one.
int last_processor() {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0 || CPU_COUNT(&set) < 2) return -1;
    int last = CPU_SETSIZE - 1;
    while (!CPU_ISSET(size_t(last), &set)) last--;
    return last;
}

/// As `taskset -ap` does.
void narrow_all_threads(int processor) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(size_t(processor), &one);
    for (pid_t t : threads()) sched_setaffinity(t, sizeof one, &one);
}

bool all_run_on_one_only(int processor) {
    std::vector<pid_t> all = threads();
    return all.size() > 1 && std::all_of(all.begin(), all.end(), [&](pid_t t) { return may_run_on_one_only(t, processor); });
}

class Affinity : public ::testing::Test {
protected:
    const int last = last_processor();
    void SetUp() override {
        if (last < 0) GTEST_SKIP() << "one CPU";
    }
};

TEST_F(Affinity, NarrowedAfterTheFirstCall) {
    EXPECT_EQ(in_child([&] {
                  matrices m;
                  bool right = m.call(1);
                  narrow_all_threads(last);
                  return right && m.call(2) && all_run_on_one_only(last);
              }),
              0);
}

TEST_F(Affinity, NarrowedWhileWorkersSleep) {
    EXPECT_EQ(in_child([&] {
                  matrices m;
                  bool right = m.call(2) && threads().size() == 2;
                  usleep(20000);
                  narrow_all_threads(last);
                  return right && m.call(2) && all_run_on_one_only(last);
              }),
              0);
}

long page_size() { return sysconf(_SC_PAGESIZE); }
std::atomic<pid_t> elsewhere{0};  ///< a thread beside the main one that met a closed page

void open_page(int, siginfo_t *about, void *) {
    if (gettid() != getpid()) elsewhere = gettid();
    auto at = reinterpret_cast<uintptr_t>(about->si_addr) & ~uintptr_t(page_size() - 1);
    mprotect(reinterpret_cast<void *>(at), size_t(page_size()), PROT_READ | PROT_WRITE);
}

// As a collector's barrier, a checkpoint or a lazily filled array does.
TEST(Signals, AProgramHandlesItsFaultsOnWorkersToo) {
    EXPECT_EQ(in_child([] {
                  struct sigaction action = {};
                  action.sa_sigaction = open_page;
                  action.sa_flags = SA_SIGINFO;
                  sigaction(SIGSEGV, &action, nullptr);
                  matrices m;
                  bool right = true;
                  for (int round = 0; round < 50 && !elsewhere; round++) {
                      mprotect(m.memory, size_t(m.bytes), PROT_NONE);
                      right = right && m.call(2);
                  }
                  return right && elsewhere != 0;
              }),
              0);
}

/// Those that a thread blocks, as Linux sees it: bit n - 1 for signal n.
uint64_t blocked_by(pid_t thread) {
    std::ifstream status("/proc/self/task/" + std::to_string(thread) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("SigBlk:", 0) == 0) return std::stoull(line.substr(7), nullptr, 16);
    }
    return 0;
}

TEST(Signals, OthersStayWithTheProgramsThreads) {
    EXPECT_EQ(in_child([] {
                  uint64_t open = 3ull << 31;  // 32 and 33 are the C library's own
                  for (int never : {SIGKILL, SIGSTOP}) open |= 1ull << (never - 1);
                  for (int raised : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS}) open |= 1ull << (raised - 1);
                  matrices m;
                  bool right = m.call(2) && threads().size() == 2 && blocked_by(getpid()) == 0;
                  for (pid_t t : threads()) right = right && (t == getpid() || blocked_by(t) == ~open);
                  return right;
              }),
              0);
}

}  // namespace
}  // namespace slopewise::test
