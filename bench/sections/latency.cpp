// Each call by the clock, with default threads and with one: threads that come late must not cost more than they bring.
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

void measure_library(program &to, arena &memory, const problem &p, const condition &c) {
    group g = single_calls(memory, p, c, c.most_calls, "");
    g.entries.push_back({"one_thread", label::library, library_call(p, nullptr, 1)});
    g.entries.push_back({"default_threads", label::variant, library_call(p, nullptr, 0)});
    to.measure(g);
}

/// Fewer calls: one that waits for a thread without a processor takes milliseconds.
void measure_peers(program &to, arena &memory, const condition &c) {
    problem p = memory.at(operation::relu, element::f32, 1 << 20);
    group g = single_calls(memory, p, c, 40, "/peers");
    add_peers_on_one_and_all(g, p);
    to.measure(g);
}

}  // namespace

void measure_latency(program &to, arena &memory) {
    for (const condition &c : conditions) {
        for (operation op : {operation::relu, operation::rrelu}) {
            for (int64_t n : {1 << 10, 1 << 14, 1 << 16, 1 << 17, 1 << 18, 1 << 20, 4 << 20, 16 << 20})
                measure_library(to, memory, memory.at(op, element::f32, n), c);
        }
        measure_peers(to, memory, c);
    }
}

}  // namespace slopewise::bench
