// The processors of the process, not of the thread that happens to call.
#pragma once

#include <sched.h>

#include <climits>
#include <cstring>

namespace slopewise {

/// Of as many as Linux can be built for: 8,192. A cpu_set_t alone ends at 1,024, and the kernel fills none that is too small for it.
struct processor_set {
    cpu_set_t parts[8];

    int count() const { return CPU_COUNT_S(sizeof parts, parts); }
    void remove(int processor) { CPU_CLR_S(size_t(processor), sizeof parts, parts); }
    bool operator==(const processor_set &other) const { return std::memcmp(parts, other.parts, sizeof parts) == 0; }
};

/// The calling thread's or the first thread's, whichever are more: a program may pin threads of its own, which says nothing of
/// other threads. None where the system does not say. They may change at any time.
processor_set processors_of_process();

struct processor_count {
    int count;
    const char *source;  ///< what says so
};

constexpr int no_quota = INT_MAX;

/// Processors' worth of time, rounded up, that the control groups listed in `groups` (/proc/self/cgroup) grant, which are found
/// under `mount` (/sys/fs/cgroup).
int quota_of_groups(const char *groups, const char *mount);

/// How many threads of this process may run at once: its processors, or less where its control group has a quota.
processor_count count_processors(const char *groups = "/proc/self/cgroup", const char *mount = "/sys/fs/cgroup");

}  // namespace slopewise
