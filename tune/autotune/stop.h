// Why a run ends before its end.
#pragma once

#include <functional>
#include <stdexcept>

#include "measurement/clock.h"

namespace slopewise::autotune {

struct budget_used_up : std::runtime_error {
    budget_used_up() : runtime_error("the budget is used up") {}
};
struct interrupted : std::runtime_error {
    interrupted() : runtime_error("interrupted; --resume goes on from what is in the journal") {}
};

/// From now on a Ctrl-C asks the run to end, and a second one ends the process.
void end_on_interruption();

/// Throws when the run is to end: interrupted after such a Ctrl-C, budget_used_up after so many nanoseconds.
std::function<void()> stop_after(double budget, measurement::nanosecond_clock now);

}  // namespace slopewise::autotune
