#include "dispatch/processors.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace slopewise {
namespace {

processor_set processors_of(pid_t thread) {
    processor_set found;
    if (sched_getaffinity(thread, sizeof found.parts, found.parts) != 0) std::memset(&found, 0, sizeof found);
    return found;
}

/// The beginning of a small file; "" where it cannot be read.
struct file_text {
    char text[4096] = "";
    explicit file_text(const char *path) {
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0) return;
        ssize_t got = read(file, text, sizeof text - 1);
        text[got > 0 ? got : 0] = '\0';
        close(file);
    }
};

struct path_text {
    char text[4400];
    path_text(const char *folder, const char *group, const char *file) { std::snprintf(text, sizeof text, "%s%s/%s", folder, group, file); }
};

/// Version 2 has "max 100000" or "50000 100000" in one file, version 1 the two numbers in two, the first -1 for no limit.
int quota_of(const char *mount, const char *group, bool unified) {
    long long quota = 0, period = 0;
    if (unified) {
        (void)std::sscanf(file_text(path_text(mount, group, "cpu.max").text).text, "%lld %lld", &quota, &period);
    } else {
        (void)std::sscanf(file_text(path_text(mount, group, "cpu.cfs_quota_us").text).text, "%lld", &quota);
        (void)std::sscanf(file_text(path_text(mount, group, "cpu.cfs_period_us").text).text, "%lld", &period);
    }
    if (quota <= 0 || period <= 0) return no_quota;
    return int(std::min<long long>(quota / period + (quota % period > 0), no_quota));
}

/// A group has at most what the groups above it have.
int least_quota(const char *mount, char *group, bool unified) {
    int least = quota_of(mount, group, unified);
    while (char *slash = std::strrchr(group, '/')) {
        *slash = '\0';
        least = std::min(least, quota_of(mount, group, unified));
    }
    return least;
}

bool names_cpu(const char *controllers) {
    for (const char *at = controllers; *at;) {
        size_t length = std::strcspn(at, ",");
        if (length == 3 && std::memcmp(at, "cpu", 3) == 0) return true;
        at += length + (at[length] == ',');
    }
    return false;
}

}  // namespace

// Lines are "4:cpu,cpuacct:/group" of version 1 and "0::/group" of version 2.
int quota_of_groups(const char *groups, const char *mount) {
    file_text list(groups);
    int least = no_quota;
    char *rest = nullptr;
    for (char *line = strtok_r(list.text, "\n", &rest); line; line = strtok_r(nullptr, "\n", &rest)) {
        char *controllers = std::strchr(line, ':'), *group = controllers ? std::strchr(controllers + 1, ':') : nullptr;
        if (!group) continue;
        *group++ = '\0';
        bool unified = controllers[1] == '\0';
        if (unified) least = std::min(least, least_quota(mount, group, true));
        if (names_cpu(controllers + 1)) least = std::min(least, least_quota(path_text(mount, "", "cpu").text, group, false));
    }
    return least;
}

processor_set processors_of_process() {
    processor_set own = processors_of(0), first = processors_of(getpid());
    return first.count() > own.count() ? first : own;
}

processor_count count_processors(const char *groups, const char *mount) {
    processor_count found = {processors_of_process().count(), "the CPUs that this process may use"};
    if (found.count == 0) found = {int(sysconf(_SC_NPROCESSORS_ONLN)), "the CPUs of this machine, those of the process being unknown"};
    if (found.count < 1) found = {1, "the number of CPUs, which is unknown"};
    int quota = quota_of_groups(groups, mount);
    return quota < found.count ? processor_count{quota, "the control group's quota of CPU time"} : found;
}

}  // namespace slopewise
