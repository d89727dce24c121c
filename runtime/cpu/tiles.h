#pragma once

#include "cpu/job.h"
#include "cpu/tiling.h"

namespace slopewise {

/// Does the job on the tiles [begin, end) of a space, on this thread.
void execute_tiles(const job &j, const space &s, const tiling &t, int64_t begin, int64_t end);

}  // namespace slopewise
