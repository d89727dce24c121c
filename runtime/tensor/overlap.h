#pragma once

#include "request/request.h"

namespace slopewise {

/// Refuses every sharing of bytes but exact in place and views that are proven disjoint.
slopewise_status check_overlap(const request &r);

}  // namespace slopewise
