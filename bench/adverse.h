// Neighbours that take processors away.
#pragma once

#include <sys/types.h>

namespace slopewise::bench {

/// A process that keeps one CPU busy while this object lives.
class busy_process {
public:
    busy_process();
    ~busy_process();
    busy_process(const busy_process &) = delete;
    busy_process &operator=(const busy_process &) = delete;

private:
    pid_t child;
};

/// A parallel region of nothing, after which the threads of the OpenMP runtime, such as PyTorch computes with, look for
/// more work for some milliseconds.
void wake_openmp();

}  // namespace slopewise::bench
