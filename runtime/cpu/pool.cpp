#include "cpu/pool.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <ctime>

#include "dispatch/processors.h"
#include "request/forks.h"
#include "table/processor.h"

namespace slopewise {
namespace {

constexpr int max_workers = most_pool_threads - 1;

// Nanoseconds. A worker that still looks takes up work in 0.2 us, one that sleeps in some 10 us (EPYC, Zen 4, virtual).
constexpr int64_t worker_looks = 100'000;    ///< after its last work
constexpr int64_t calls_in_a_row = 100'000;  ///< from the end of a call to the next
constexpr int64_t late = 100'000;            ///< a worker beyond its fair share of the time
constexpr int64_t shortest_pause = 1'000'000, longest_pause = 1'000'000'000;

int64_t now() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

struct work {
    slopewise_task task;
    void *closure;
    int64_t units;
    std::atomic<int64_t> next;

    void take_all() {
        for (int64_t unit; (unit = next.fetch_add(1, std::memory_order_relaxed)) < units;) task(closure, unit, unit + 1);
    }
};

/// Who may still join the current work, and who has: both in one word, so that joining and closing exclude each other.
class gate {
public:
    void open(uint32_t places) { state.store(uint64_t{places} << 32); }
    /// Sequentially consistent, as open() and what is said of workers asleep: one that goes to sleep is seen, or sees.
    bool is_open() const { return state.load() >> 32 != 0; }
    bool join() {
        uint64_t found = state.load(std::memory_order_relaxed);
        while (found >> 32) {
            if (state.compare_exchange_weak(found, found - (uint64_t{1} << 32) + 1, std::memory_order_acquire)) return true;
        }
        return false;
    }
    void leave() { state.fetch_sub(1, std::memory_order_release); }
    void close() { state.fetch_and(0xffffffffu); }
    bool is_empty() const { return (state.load(std::memory_order_acquire) & 0xffffffffu) == 0; }

private:
    std::atomic<uint64_t> state{0};
};

/// Initialised by the loader and never destroyed: a child may be forked at any time, and must be able to exit.
struct pool {
    pthread_mutex_t busy;  // held by the caller whose work is in the pool
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    work current;
    gate entrance;
    std::atomic<int> asleep;
    std::atomic<bool> stop;
    std::atomic<int> workers;
    std::atomic<int> born;  // forks() when the first was made
    pthread_t threads[max_workers];
    std::atomic<int64_t> last_end;      // of a call
    std::atomic<int64_t> paused_until;  // calls run alone until then
    // Of the caller that holds `busy`:
    processor_set allowed;  // where workers may run, when that was last asked
    int avoided;            // the processor that they keep off: a caller's
    int64_t pause;          // how long the next pause is
};

pool shared = {
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, {}, {}, {}, {}, {}, unwatched, {}, {}, {}, {}, -1, 0};

class lock_guard {
public:
    explicit lock_guard(pthread_mutex_t &m) : mutex(m) { pthread_mutex_lock(&mutex); }
    ~lock_guard() { pthread_mutex_unlock(&mutex); }
    lock_guard(const lock_guard &) = delete;
    lock_guard &operator=(const lock_guard &) = delete;

private:
    pthread_mutex_t &mutex;
};

bool find_work(const pool &p) { return p.entrance.is_open() || p.stop; }

/// Looks for a while, then sleeps.
void wait_for_work(pool &p) {
    for (int64_t until = now() + worker_looks; now() < until;) {
        for (int i = 0; i < 32; i++) {
            if (find_work(p)) return;
            relax();
        }
    }
    lock_guard lock(p.mutex);
    p.asleep++;
    while (!find_work(p)) pthread_cond_wait(&p.wake, &p.mutex);
    p.asleep--;
}

void *serve(void *argument) {
    auto &p = *static_cast<pool *>(argument);
    while (!p.stop) {
        if (p.entrance.join()) {
            p.current.take_all();
            p.entrance.leave();
        }
        wait_for_work(p);
    }
    return nullptr;
}

/// Of a forked child: the workers are another process's.
bool has_lost_workers(const pool &p) { return p.born != unwatched && p.born != forks(); }

/// Signals belong to the program's own threads, but for those that a worker's own instructions raise: a program that handles its
/// faults does so on whichever thread.
sigset_t not_for_workers() {
    sigset_t signals;
    sigfillset(&signals);
    for (int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS}) sigdelset(&signals, own);
    return signals;
}

/// Strided calls take 272 KiB. What threads have by default may be less: 128 KiB with musl, or what `ulimit -s` says.
class worker_attributes {
public:
    worker_attributes() : made(pthread_attr_init(&attributes) == 0) {
        constexpr size_t least_stack = size_t{1} << 20;
        size_t usual = 0;
        if (made && pthread_attr_getstacksize(&attributes, &usual) == 0 && usual < least_stack)
            pthread_attr_setstacksize(&attributes, least_stack);
    }
    ~worker_attributes() {
        if (made) pthread_attr_destroy(&attributes);
    }
    worker_attributes(const worker_attributes &) = delete;
    worker_attributes &operator=(const worker_attributes &) = delete;

    pthread_attr_t attributes;
    const bool made;
};

void put_on(const processor_set &processors, pthread_t worker) { pthread_setaffinity_np(worker, sizeof processors, processors.parts); }

/// Starts workers up to `wanted`.
void grow(pool &p, int wanted) {
    if (p.workers >= std::min(wanted, max_workers) || forks() == unwatched) return;
    if (p.born == unwatched) p.born = forks();
    p.allowed = processors_of_process();
    sigset_t blocked = not_for_workers(), before;
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    worker_attributes its;
    while (its.made && p.workers < std::min(wanted, max_workers)) {
        if (pthread_create(&p.threads[p.workers], &its.attributes, serve, &p) != 0) break;
        put_on(p.allowed, p.threads[p.workers]);  // not where the caller is, which may be pinned
        p.workers++;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    p.avoided = -1;
}

/// On a virtual machine an idle processor counts as one that may not run, so that Linux likes to wake a worker where the
/// caller runs: there it takes the caller's time (1 in 6 calls to 6 in 7, two processors of an EPYC under KVM). Never widens
/// what the process may use, which can change between calls.
void keep_off_this_processor(pool &p) {
    int here = sched_getcpu();
    constexpr int few = 8;  // with more workers there are more processors too, and it costs 1 us each
    if (here < 0 || p.workers > few) return;
    processor_set allowed = processors_of_process(), others = allowed;
    if (here == p.avoided && allowed == p.allowed) return;
    if (allowed.count() > 1) others.remove(here);
    for (int i = 0; i < p.workers; i++) put_on(others, p.threads[i]);
    p.allowed = allowed;
    p.avoided = here;
}

void open_work(pool &p, int helpers, int64_t units, slopewise_task task, void *closure) {
    p.current.task = task;
    p.current.closure = closure;
    p.current.units = units;
    p.current.next.store(0, std::memory_order_relaxed);
    p.entrance.open(uint32_t(std::min(helpers, p.workers.load())));
    if (p.asleep == 0) return;
    keep_off_this_processor(p);
    lock_guard lock(p.mutex);
    for (int i = 0; i < helpers; i++) pthread_cond_signal(&p.wake);
}

/// No worker joins any more; those that have are waited for. Returns the nanoseconds since `since`.
int64_t close_work(pool &p, int64_t since) {
    p.entrance.close();
    for (int turns = 0; !p.entrance.is_empty(); turns++) turns < 4096 ? relax() : (void)sched_yield();
    return now() - since;
}

/// A worker that began and then lost its processor holds the call up for a time slice; then calls run alone for a while,
/// longer each time that it happens again.
void judge(pool &p, int64_t own_time, int64_t waited) {
    if (waited > own_time / 2 + late) {
        p.pause = std::min(std::max(2 * p.pause, shortest_pause), longest_pause);
        p.paused_until = p.last_end + p.pause;
    } else if (p.pause > 0) {
        p.pause -= p.pause / 8 + 1;
    }
}

void run_shared(pool &p, int helpers, int64_t units, slopewise_task task, void *closure) {
    int64_t start = now();
    open_work(p, helpers, units, task, closure);
    p.current.take_all();
    int64_t done = now(), waited = close_work(p, done);
    p.last_end = done + waited;
    judge(p, done - start, waited);
}

/// Runs when the library is unloaded or the process exits.
__attribute__((destructor)) void stop_pool() {
    if (shared.workers == 0 || has_lost_workers(shared)) return;
    {
        lock_guard lock(shared.mutex);
        shared.stop = true;
    }
    pthread_cond_broadcast(&shared.wake);
    for (int i = 0; i < shared.workers; i++) pthread_join(shared.threads[i], nullptr);
}

}  // namespace

workers workers_now() {
    const pool &p = shared;
    if (has_lost_workers(p)) return workers::none;
    int64_t begin = now();
    if (begin < p.paused_until) return workers::none;
    bool in_a_row = begin - p.last_end < calls_in_a_row, some_awake = p.asleep < p.workers;
    return in_a_row || some_awake ? workers::awake : workers::asleep;
}

void note_call_alone() { shared.last_end = now(); }

void pool_run(int threads, int64_t units, slopewise_task task, void *closure) {
    pool &p = shared;
    if (threads <= 1 || units <= 1 || has_lost_workers(p) || pthread_mutex_trylock(&p.busy) != 0) return task(closure, 0, units);
    int helpers = int(std::min<int64_t>(threads, units)) - 1;
    if (now() >= p.paused_until) {
        grow(p, helpers);
        run_shared(p, helpers, units, task, closure);
    } else {
        task(closure, 0, units);
        p.last_end = now();
    }
    pthread_mutex_unlock(&p.busy);
}

}  // namespace slopewise
