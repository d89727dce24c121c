// The processors of the process, not of the thread that happens to call.
#pragma once

#include <sched.h>
#include <unistd.h>

namespace slopewise {

/// The calling thread's or the first thread's, whichever are more: a program may pin threads of its own, which says nothing of
/// other threads. None where the system does not say.
inline cpu_set_t processors_of_process() {
    cpu_set_t own, first;
    if (sched_getaffinity(0, sizeof own, &own) != 0) CPU_ZERO(&own);
    if (sched_getaffinity(getpid(), sizeof first, &first) != 0) CPU_ZERO(&first);
    return CPU_COUNT(&first) > CPU_COUNT(&own) ? first : own;
}

}  // namespace slopewise
