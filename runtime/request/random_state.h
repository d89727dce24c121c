// Where the slopes of a random operation come from.
#pragma once

#include "slopewise/fixed_point.h"
#include "slopewise/slopewise.h"

namespace slopewise {

struct random_state {
    slopewise_slopes slopes;
    uint64_t seed, stream;
};

inline random_state make_random(const slopewise_rrelu_params &p) {
    return {slopewise_fixed_point(p.lower, p.upper), p.key ? p.key[0] : p.seed, p.key ? p.key[1] : p.stream};
}

}  // namespace slopewise
