// A call again and again, the way everything here is timed: the loop is compiled around the call and costs nothing.
#pragma once

#include <cstdint>
#include <functional>

namespace slopewise::measurement {

using repeated = std::function<void(int64_t repetitions)>;

template <class Call>
void repeat(int64_t repetitions, Call &&call) {
    for (; repetitions > 0; repetitions--) {
        call();
        asm volatile("" ::: "memory");  // what a call wrote may be read
    }
}

template <class Call>
repeated repeating(Call call) {
    return [call](int64_t repetitions) mutable { repeat(repetitions, call); };
}

}  // namespace slopewise::measurement
