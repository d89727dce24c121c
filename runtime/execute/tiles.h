#pragma once

#include "execute/job.h"
#include "execute/tiling.h"

namespace slopewise {

/// Executes the tiles [begin, end) of a job on this thread.
void execute_tiles(const job &j, const tiling &t, int64_t begin, int64_t end);

}  // namespace slopewise
