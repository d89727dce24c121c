// The memory that all benchmarks run on: at addresses that never change, so that benchmarks can be listed and chosen from
// before any of it is touched.
#pragma once

#include "contenders/workspace.h"

namespace slopewise::bench {

using namespace contenders;

class arena {
public:
    arena();

    problem at(operation op, element type, int64_t n, bool in_place = false) const;

    /// Two arrays that are only read, two that are written.
    void *input(int which) const { return arrays[which]->data(); }
    void *output(int which) const { return arrays[2 + which]->data(); }

    /// Fails where that is more than the memory that is free.
    void touch(const array_sizes &sizes);

private:
    std::unique_ptr<measurement::array> arrays[4];
};

}  // namespace slopewise::bench
