#include "execute/pool.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>

namespace slopewise {
namespace {

constexpr int max_workers = 255;

struct work {
    slopewise_task task = nullptr;
    void *closure = nullptr;
    int64_t units = 0;
    std::atomic<int64_t> next{0};

    void take_all() {
        for (int64_t unit; (unit = next.fetch_add(1, std::memory_order_relaxed)) < units;) task(closure, unit, unit + 1);
    }
};

struct pool {
    std::mutex busy;  // held by the caller whose work is in the pool
    std::mutex mutex;
    std::condition_variable wake, idle;
    work current;
    int places = 0;  // workers that may still join
    int active = 0;  // workers that have
    bool stop = false;
    std::atomic<pid_t> owner{0};
    int workers = 0;
    pthread_t threads[max_workers];
};

// Never destroyed: a child forked from this process must be able to exit while its copy of the mutex is held.
alignas(pool) char pool_memory[sizeof(pool)];
pool *shared_pool() {
    static pool *p = new (pool_memory) pool;
    return p;
}
std::atomic<pool *> started{nullptr};

void *serve(void *argument) {
    auto &p = *static_cast<pool *>(argument);
    std::unique_lock<std::mutex> lock(p.mutex);
    for (;;) {
        p.wake.wait(lock, [&] { return p.stop || p.places > 0; });
        if (p.stop) return nullptr;
        p.places--;
        p.active++;
        lock.unlock();
        p.current.take_all();
        lock.lock();
        if (--p.active == 0) p.idle.notify_one();
    }
}

/// Starts workers up to `wanted`, with all signals blocked: they belong to the program's own threads.
void grow(pool &p, int wanted) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (p.workers < std::min(wanted, max_workers)) {
        if (pthread_create(&p.threads[p.workers], nullptr, serve, &p) != 0) break;
        p.workers++;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void open_work(pool &p, int helpers, int64_t units, slopewise_task task, void *closure) {
    std::lock_guard<std::mutex> lock(p.mutex);
    p.current.task = task;
    p.current.closure = closure;
    p.current.units = units;
    p.current.next.store(0, std::memory_order_relaxed);
    p.places = std::min(helpers, p.workers);
}

/// No worker joins any more; those that have are waited for.
void close_work(pool &p) {
    std::unique_lock<std::mutex> lock(p.mutex);
    p.places = 0;
    p.idle.wait(lock, [&] { return p.active == 0; });
}

/// Runs when the library is unloaded or the process exits.
__attribute__((destructor)) void stop_pool() {
    pool *p = started.load();
    if (!p || p->owner.load() != getpid()) return;
    {
        std::lock_guard<std::mutex> lock(p->mutex);
        p->stop = true;
    }
    p->wake.notify_all();
    for (int i = 0; i < p->workers; i++) pthread_join(p->threads[i], nullptr);
}

}  // namespace

void pool_run(int threads, int64_t units, slopewise_task task, void *closure) {
    pool &p = *shared_pool();
    bool forked = started.load() && p.owner.load() != getpid();
    if (threads <= 1 || units <= 1 || forked || !p.busy.try_lock()) return task(closure, 0, units);
    p.owner.store(getpid());
    started.store(&p);
    int helpers = int(std::min<int64_t>(threads, units)) - 1;
    grow(p, helpers);
    open_work(p, helpers, units, task, closure);
    for (int i = 0; i < helpers; i++) p.wake.notify_one();
    p.current.take_all();
    close_work(p);
    p.busy.unlock();
}

}  // namespace slopewise
