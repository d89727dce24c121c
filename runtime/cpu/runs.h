#pragma once

#include "cpu/job.h"
#include "tensor/dense.h"

namespace slopewise {

/// Random operations take whole tiles from this length on; below, these cost more than they save.
constexpr int64_t long_run = 512;

/// Does the job on a run, on this thread; `r` comes back used up.
void execute_run(const job &j, dense_run &r);

/// The elements before the first that begins a Philox block, in random operations, and a cache line in every output; -1
/// if there is no such element.
int64_t elements_to_boundary(const job &j, const dense_run &r);

}  // namespace slopewise
