#include "autotune/stop.h"

#include <csignal>

namespace slopewise::autotune {
namespace {

volatile std::sig_atomic_t was_interrupted = 0;

void note_interruption(int signal) {
    was_interrupted = 1;
    std::signal(signal, SIG_DFL);
}

}  // namespace

void end_on_interruption() {
    std::signal(SIGINT, note_interruption);
    std::signal(SIGTERM, note_interruption);
}

std::function<void()> stop_after(double budget, measurement::nanosecond_clock now) {
    double end = now() + budget;
    return [end, now = std::move(now)] {
        if (was_interrupted) throw interrupted();
        if (now() >= end) throw budget_used_up();
    };
}

}  // namespace slopewise::autotune
