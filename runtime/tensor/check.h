// Every error of the contract, in its order. A check that fails has set the message.
#pragma once

#include "request/request.h"

namespace slopewise {

/// All of them but the variant. `r.axis` comes back counted from the front.
slopewise_status check(request &r);

/// The parameter checks alone, for the flat forms: finite and ordered bounds, magnitudes in the computing type of `t`.
slopewise_status check_parameters(const request &r, dtype t);

}  // namespace slopewise
