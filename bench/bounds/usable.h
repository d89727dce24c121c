// The bounds that this CPU runs. Not in bounds.h, which is for newer CPUs too.
#pragma once

#include <vector>

#include "bounds.h"

namespace slopewise::bench {

/// The best first.
std::vector<const bound_set *> usable_bounds();

}  // namespace slopewise::bench
