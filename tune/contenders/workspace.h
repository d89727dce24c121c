// The arrays that everything runs on: allocated and touched once, reused from problem to problem.
#pragma once

#include <memory>

#include "contenders/problem.h"
#include "measurement/memory.h"

namespace slopewise::contenders {

/// Of two arrays that are only read, then of two that are written.
struct array_sizes {
    int64_t bytes[4] = {};
};

/// For a problem, and for a copy that moves as many bytes in all.
array_sizes sizes_of(operation op, element type, int64_t n);

/// The problem on four such arrays.
problem problem_on(void *const (&arrays)[4], operation op, element type, int64_t n, bool in_place = false);

class workspace {
public:
    problem make(operation op, element type, int64_t n);

private:
    std::unique_ptr<measurement::array> arrays[4];
};

}  // namespace slopewise::contenders
