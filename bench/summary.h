// What a person sees of a group while the bench runs.
#pragma once

#include <vector>

#include "measurement/comparison.h"
#include "session.h"

namespace slopewise::bench {

/// One line: time and rate of the first, how the rest compare with it, the noise, and how many CPUs other processes used.
void print_line(const group &g, const std::vector<measurement::series> &all, double others);

}  // namespace slopewise::bench
