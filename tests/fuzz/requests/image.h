// What memory holds after a call: the reference's elements where outputs lie, and what was there before everywhere else.
#pragma once

#include <vector>

#include "call.h"

namespace slopewise::test {

/// Of a NaN that arithmetic made, any that `after` has will do.
std::vector<char> image_of(const fuzzed_call &call, const char *arena, const std::vector<char> &before, const std::vector<char> &after);

}  // namespace slopewise::test
