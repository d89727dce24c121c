// The built-in threads by themselves: every unit once, whoever calls; and a pool that a late worker pauses.
#include "cpu/pool.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace slopewise::test {
namespace {

using task = std::function<void(int64_t begin, int64_t end)>;
void run(int threads, int64_t units, task t) {
    pool_run(
        threads, units, [](void *closure, int64_t begin, int64_t end) { (*static_cast<task *>(closure))(begin, end); }, &t);
}

/// How often each unit was done.
std::vector<int> counts_of(int threads, int64_t units) {
    std::vector<std::atomic<int>> done(static_cast<size_t>(units));
    run(threads, units, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++) done[size_t(i)]++;
    });
    return {done.begin(), done.end()};
}

TEST(Pool, DoesEveryUnitOnce) {
    for (int threads : {1, 2, 3, most_pool_threads, 3 * most_pool_threads}) {
        for (int64_t units : {1, 2, 63, 64, 1000}) EXPECT_EQ(counts_of(threads, units), std::vector<int>(size_t(units), 1)) << threads;
    }
}

// The pool is taken: by the call that the task is a part of, or by another thread's.
TEST(Pool, CallsWithinAndBesideACallAreDone) {
    std::vector<std::vector<int>> within(8), beside(200);
    std::thread other([&] {
        for (auto &counts : beside) counts = counts_of(3, 100);
    });
    for (int round = 0; round < 200; round++) {
        run(3, 8, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; i++) within[size_t(i)] = counts_of(3, 100);
        });
        for (auto &counts : within) ASSERT_EQ(counts, std::vector<int>(100, 1));
    }
    other.join();
    for (auto &counts : beside) EXPECT_EQ(counts, std::vector<int>(100, 1));
}

/// A call whose workers hold it up; whether one has.
bool late_call() {
    std::atomic<bool> was_late{false};
    std::thread::id caller = std::this_thread::get_id();
    run(2, 2, [&](int64_t, int64_t) {
        if (std::this_thread::get_id() == caller) return (void)usleep(100);
        was_late = true;
        usleep(5000);
    });
    return was_late;
}

TEST(Pool, IsPausedByALateWorkerForAWhile) {
    int late = 0, paused = 0;
    for (int round = 0; round < 400 && late < 10; round++) {
        if (!late_call()) continue;
        late++;
        paused += workers_now() == workers::none;  // if this thread was not held up for a millisecond itself
    }
    ASSERT_GT(late, 0) << "no worker took a unit in 400 calls";
    EXPECT_GT(paused, 0) << "of " << late << " calls with late workers";
    for (int tries = 0; tries < 300 && workers_now() == workers::none; tries++) usleep(10000);
    EXPECT_NE(int(workers_now()), int(workers::none)) << "for good";
}

}  // namespace
}  // namespace slopewise::test
