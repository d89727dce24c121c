// Where the slopes of a random operation come from.
#pragma once

#include "slopewise/fixed_point.h"
#include "slopewise/slopewise.h"

namespace slopewise {

struct random_state {
    slopewise_slopes slopes;
    uint64_t seed, stream;
};

random_state make_random(const slopewise_rrelu_params &p);

}  // namespace slopewise
