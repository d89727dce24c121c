#include "execute/pool.h"

#include <pthread.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <atomic>

namespace slopewise {
namespace {

constexpr int max_workers = 63;

struct work {
    slopewise_task task;
    void *closure;
    int64_t units;
    std::atomic<int64_t> next;

    void take_all() {
        for (int64_t unit; (unit = next.fetch_add(1, std::memory_order_relaxed)) < units;) task(closure, unit, unit + 1);
    }
};

/// Initialised by the loader and never destroyed: a child may be forked at any time, and must be able to exit.
struct pool {
    pthread_mutex_t busy;  // held by the caller whose work is in the pool
    pthread_mutex_t mutex;
    pthread_cond_t wake, idle;
    work current;
    int places;  // workers that may still join
    int active;  // workers that have
    bool stop;
    int workers;
    std::atomic<pid_t> owner;  // the process that the workers are in; 0 before there are any
    pthread_t threads[max_workers];
};

pool shared = {
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER, {}, 0, 0, false, 0, {}, {}};

class lock_guard {
public:
    explicit lock_guard(pthread_mutex_t &m) : mutex(m) { pthread_mutex_lock(&mutex); }
    ~lock_guard() { pthread_mutex_unlock(&mutex); }
    lock_guard(const lock_guard &) = delete;
    lock_guard &operator=(const lock_guard &) = delete;

private:
    pthread_mutex_t &mutex;
};

void *serve(void *argument) {
    auto &p = *static_cast<pool *>(argument);
    lock_guard lock(p.mutex);
    for (;;) {
        while (!p.stop && p.places == 0) pthread_cond_wait(&p.wake, &p.mutex);
        if (p.stop) return nullptr;
        p.places--;
        p.active++;
        pthread_mutex_unlock(&p.mutex);
        p.current.take_all();
        pthread_mutex_lock(&p.mutex);
        if (--p.active == 0) pthread_cond_signal(&p.idle);
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
    lock_guard lock(p.mutex);
    p.current.task = task;
    p.current.closure = closure;
    p.current.units = units;
    p.current.next.store(0, std::memory_order_relaxed);
    p.places = std::min(helpers, p.workers);
}

/// No worker joins any more; those that have are waited for.
void close_work(pool &p) {
    lock_guard lock(p.mutex);
    p.places = 0;
    while (p.active > 0) pthread_cond_wait(&p.idle, &p.mutex);
}

/// Runs when the library is unloaded or the process exits.
__attribute__((destructor)) void stop_pool() {
    if (shared.owner.load() != getpid()) return;
    {
        lock_guard lock(shared.mutex);
        shared.stop = true;
    }
    pthread_cond_broadcast(&shared.wake);
    for (int i = 0; i < shared.workers; i++) pthread_join(shared.threads[i], nullptr);
}

}  // namespace

void pool_run(int threads, int64_t units, slopewise_task task, void *closure) {
    pool &p = shared;
    pid_t owner = p.owner.load(), self = getpid();
    bool forked = owner != 0 && owner != self;
    if (threads <= 1 || units <= 1 || forked || pthread_mutex_trylock(&p.busy) != 0) return task(closure, 0, units);
    p.owner.store(self);
    int helpers = int(std::min<int64_t>(threads, units)) - 1;
    grow(p, helpers);
    open_work(p, helpers, units, task, closure);
    for (int i = 0; i < std::min(helpers, p.workers); i++) pthread_cond_signal(&p.wake);
    p.current.take_all();
    close_work(p);
    pthread_mutex_unlock(&p.busy);
}

}  // namespace slopewise
