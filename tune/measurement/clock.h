// Time, as a measurement reads it.
#pragma once

#include <functional>

namespace slopewise::measurement {

/// Nanoseconds since any start. Tests bring their own.
using nanosecond_clock = std::function<double()>;

nanosecond_clock steady_clock();

}  // namespace slopewise::measurement
