// What a person sees of a group while the bench runs.
#pragma once

#include <vector>

#include "measurement/comparison.h"
#include "session.h"

namespace slopewise::bench {

/// One line: time and rate of the first, how the others compare with it, and the noise.
void print_line(const group &g, const std::vector<measurement::series> &all);

}  // namespace slopewise::bench
