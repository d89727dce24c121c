// Every error of the contract, in its order. A check that fails has set the message.
#pragma once

#include <cfloat>

#include "request/request.h"

namespace slopewise {

/// All of them but the variant. `r.axis` comes back counted from the front.
slopewise_status check(request &r);

/// The largest finite value of the computing type.
inline double largest_of(dtype t) { return t == dtype::f64 ? DBL_MAX : double(FLT_MAX); }

/// Small calls feel every comparison: right bounds take the fewest.
inline bool are_right_bounds(double lower, double upper, dtype t) {
    return lower >= -largest_of(t) && upper <= largest_of(t) && lower <= upper;  // false for NaN
}

/// The parameter checks alone, for the flat forms: finite and ordered bounds, magnitudes in the computing type of `t`.
slopewise_status check_parameters(const request &r, dtype t);

}  // namespace slopewise
