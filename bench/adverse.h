// Neighbours that take processors away.
#pragma once

#include <sys/types.h>

#include <functional>

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

/// Runs a parallel region of nothing, after which the threads of the OpenMP runtime, such as PyTorch computes with, look
/// for more work for some milliseconds. Empty where this was built without OpenMP.
std::function<void()> openmp_waker();

}  // namespace slopewise::bench
