// One launch of a kernel on the GPU that is tested.
#pragma once

#include "gpu/arguments.h"
#include "support/gpu.h"
#include "support/inputs.h"

namespace slopewise::test {

bool is_keyed(kernel k);

/// Brings the operands there, whose rows follow each other, launches, and brings them back with all that surrounds them. A keyed kernel's
/// seed, stream and part of its index come from memory there.
void run_on_gpu(gpu_launch l, const std::vector<guarded *> &operands, bool keyed);

}  // namespace slopewise::test
