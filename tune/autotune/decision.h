// One schedule serves all sizes: which.
#pragma once

#include <string>
#include <vector>

#include "autotune/race.h"

namespace slopewise::autotune {

/// How a candidate did at one size; of one that did not run there, nothing.
struct standing {
    std::string size;
    std::vector<std::optional<measurement::estimate>> to_incumbent;
    double noise;
};

/// Whether the candidate takes longer than the incumbent, beyond what two builds of one kernel differ by.
bool is_behind(const measurement::estimate &to_incumbent);

/// Of the candidates that are behind the incumbent at no size, the one whose time at its worst size, relative to the best
/// there, is least. What is within the noise of the incumbent counts as equal to it. Ties, to a hundredth, go to the simpler.
size_t decide(const std::vector<standing> &sizes, const std::vector<int> &complexity, size_t incumbent);

}  // namespace slopewise::autotune
