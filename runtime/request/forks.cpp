#include "request/forks.h"

#include <pthread.h>

#include <atomic>

namespace slopewise {
namespace {

std::atomic<int> count{unwatched};

void note_fork() { count.fetch_add(1, std::memory_order_relaxed); }

/// When the library is loaded: the first call may already be one that a fork interrupts.
__attribute__((constructor)) void watch() {
    if (pthread_atfork(nullptr, nullptr, note_fork) == 0) count = 0;
}

}  // namespace

int forks() { return count.load(std::memory_order_relaxed); }

}  // namespace slopewise
