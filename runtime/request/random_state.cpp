#include "request/random_state.h"

namespace slopewise {

random_state make_random(const slopewise_rrelu_params &p) {
    return {slopewise_fixed_point(p.lower, p.upper), p.key ? p.key[0] : p.seed, p.key ? p.key[1] : p.stream};
}

}  // namespace slopewise
