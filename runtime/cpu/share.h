// Shares a job among threads.
#pragma once

#include "cpu/job.h"
#include "cpu/runs.h"
#include "tensor/plan.h"

namespace slopewise {

/// How many threads a job on `elements` elements takes: what the options ask, at most the machine's limit, one where
/// another costs more than it brings.
int choose_threads(const job &j, int64_t elements, const slopewise_options *options);

/// Sets the kind of stores for outputs at `data`: as the options ask, or by size; never past the caches in place, and plain where this
/// build has no other.
void choose_stores(job &j, char *const *data, int64_t elements, int threads, const slopewise_options *options);

/// Does the job on one run, which comes back used up, or on a space that is more than one. Both set the kind of stores.
void execute(job &j, dense_run &r, const slopewise_options *options);
void execute(job &j, const space &s, const slopewise_options *options);

}  // namespace slopewise
