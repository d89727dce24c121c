#include "measurement/clock.h"

#include <chrono>

namespace slopewise::measurement {

nanosecond_clock steady_clock() {
    return [] { return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count(); };
}

}  // namespace slopewise::measurement
