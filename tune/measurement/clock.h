// Time, as a measurement reads it.
#pragma once

#include <chrono>
#include <functional>

namespace slopewise::measurement {

/// Nanoseconds since any start. Tests bring their own.
using nanosecond_clock = std::function<double()>;

inline nanosecond_clock steady_clock() {
    return [] { return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count(); };
}

}  // namespace slopewise::measurement
