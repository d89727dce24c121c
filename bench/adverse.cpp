#include "adverse.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace slopewise::bench {
namespace {

[[noreturn]] void keep_busy(int cpu) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(size_t(cpu), &one);
    sched_setaffinity(0, sizeof one, &one);
    for (;;) asm volatile("");
}

}  // namespace

busy_process::busy_process() : child(fork()) {
    if (child < 0) throw std::runtime_error("cannot start a process to keep a CPU busy");
    if (child == 0) keep_busy(sched_getcpu());
}

busy_process::~busy_process() {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
}

std::function<void()> openmp_waker() {
#ifdef _OPENMP
    return [] {
#pragma omp parallel num_threads(omp_get_num_procs())
        asm volatile("");
    };
#else
    return {};
#endif
}

}  // namespace slopewise::bench
