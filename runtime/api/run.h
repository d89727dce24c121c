// The one way through: check, plan, choose, execute.
#pragma once

#include "request/request.h"

namespace slopewise {

slopewise_status run(request &r);

}  // namespace slopewise
