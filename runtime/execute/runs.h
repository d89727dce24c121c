#pragma once

#include "execute/job.h"

namespace slopewise {

/// A random operation over one contiguous run of elements with consecutive indices, draws and op fused.
void execute_run(const job &j, char *const *data, uint64_t index, int64_t n);

}  // namespace slopewise
