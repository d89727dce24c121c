// The arrays that everything runs on: allocated and touched once, reused from problem to problem.
#pragma once

#include <memory>

#include "contenders/problem.h"
#include "measurement/memory.h"

namespace slopewise::contenders {

class workspace {
public:
    /// Arrays for a problem, and for a copy that moves as many bytes in all.
    problem make(operation op, element type, int64_t n, bool in_place = false);

    /// One of the four arrays: two that are only read, two that are written.
    void *input(int which, int64_t bytes) { return array_at(which, bytes); }
    void *output(int which, int64_t bytes) { return array_at(2 + which, bytes); }

    size_t held() const;

private:
    void *array_at(int place, int64_t bytes) { return measurement::grown(arrays[place], size_t(place), size_t(bytes)).data(); }
    std::unique_ptr<measurement::array> arrays[4];
};

/// What make() would hold at once.
size_t bytes_needed(operation op, element type, int64_t n);

}  // namespace slopewise::contenders
