// What threads bring, in calls in a row and in each call by the clock, with default threads and with one: threads that come late
// must not cost more than they bring.
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>

#include "contenders/library.h"
#include "sections.h"

#ifdef _OPENMP
#include <omp.h>
#endif

namespace slopewise::bench {
namespace {

/// Keeps the CPU busy that it is made on.
class busy_thread {
public:
    busy_thread() {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(size_t(sched_getcpu()), &one);
        pthread_setaffinity_np(spinning.native_handle(), sizeof one, &one);
    }
    ~busy_thread() {
        over = true;
        spinning.join();
    }
    busy_thread(const busy_thread &) = delete;
    busy_thread &operator=(const busy_thread &) = delete;

private:
    std::atomic<bool> over{false};
    std::thread spinning{[this] {
        while (!over) asm volatile("");
    }};
};

/// After a parallel region of nothing the threads of the OpenMP runtime, such as PyTorch computes with, look for more work for
/// some milliseconds.
void wake_openmp() {
#ifdef _OPENMP
#pragma omp parallel num_threads(omp_get_num_procs())
    asm volatile("");
#endif
}

struct condition {
    const char *name;
    void (*before)();  ///< each call
    int64_t most_calls;
    bool busy = false;  ///< one CPU
};

constexpr condition conditions[] = {{"in_a_row", [] {}, 500},
                                    {"after_a_pause", [] { usleep(1000); }, 40},
#ifdef _OPENMP
                                    {"beside_spinning_OpenMP", wake_openmp, 40},
#endif
                                    {"on_a_busy_CPU", [] {}, 500, true}};

group single_calls(arena &memory, const problem &p, const condition &c, int64_t most_calls, const std::string &whose) {
    constexpr int64_t bytes_a_benchmark = 100'000'000;
    group g = group_of(memory, p, std::string("latency/") + c.name + whose);
    g.time = timing::calls;
    g.before = c.before;
    g.calls = std::clamp<int64_t>(bytes_a_benchmark / g.bytes, 5, most_calls);
    auto busy = std::make_shared<std::unique_ptr<busy_thread>>();
    if (c.busy) g.preparations.push_back([busy] { *busy = std::make_unique<busy_thread>(); });
    return g;
}

void add_one_and_default(group &g, const problem &p) {
    g.entries.push_back({"one_thread", label::library, library_call(p, nullptr, 1)});
    g.entries.push_back({"default_threads", label::variant, library_call(p, nullptr, 0)});
}

void measure_library(program &to, arena &memory, const problem &p, const condition &c) {
    group g = single_calls(memory, p, c, c.most_calls, "");
    add_one_and_default(g, p);
    to.measure(g);
}

/// One thread against the library's choice and against all, and the same of PyTorch. PyTorch's threads spin for a while after
/// their work, so that it has comparisons of its own.
void measure_counts(program &to, arena &memory, const problem &p) {
    group g = group_of(memory, p, "threads");
    g.time = timing::threads;
    add_one_and_default(g, p);
    g.entries.push_back({std::to_string(all_threads()) + "_threads", label::variant, library_call(p, nullptr, all_threads())});
    if (g.bytes >= largest_cached_bytes) {
        for (stores kind : {stores::plain, stores::streaming}) add_limit(g, p, kind, all_threads());
    }
    to.measure(g);
}

void measure_peers(program &to, group g, const problem &p) {
    add_peers_on_one_and_all(g, p);
    to.measure(g);
}

}  // namespace

void measure_threads(program &to, arena &memory) {
    for (operation op : {operation::relu, operation::rrelu}) {
        for (int64_t n : {1 << 10, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 4 << 20, 16 << 20, 64 << 20}) {
            problem p = memory.at(op, element::f32, n);
            measure_counts(to, memory, p);
            group peers = group_of(memory, p, "threads/peers");
            peers.time = timing::threads;
            measure_peers(to, peers, p);
        }
    }
}

void measure_latency(program &to, arena &memory) {
    for (const condition &c : conditions) {
        for (operation op : {operation::relu, operation::rrelu}) {
            for (int64_t n : {1 << 10, 1 << 14, 1 << 16, 1 << 17, 1 << 18, 1 << 20, 4 << 20, 16 << 20})
                measure_library(to, memory, memory.at(op, element::f32, n), c);
        }
        // Fewer calls: one that waits for a thread without a processor takes milliseconds.
        problem p = memory.at(operation::relu, element::f32, 1 << 20);
        measure_peers(to, single_calls(memory, p, c, 40, "/peers"), p);
    }
}

}  // namespace slopewise::bench
