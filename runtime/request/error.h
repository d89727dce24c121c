#pragma once

#include "slopewise/slopewise.h"

namespace slopewise {

/// Leaves the message (printf style) for slopewise_last_error() and returns `status`.
__attribute__((format(printf, 2, 3))) slopewise_status fail(slopewise_status status, const char *format, ...);

}  // namespace slopewise
