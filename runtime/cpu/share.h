// Shares a job among threads.
#pragma once

#include "cpu/job.h"
#include "cpu/pool.h"
#include "cpu/runs.h"
#include "tensor/plan.h"

namespace slopewise {

/// How many threads a job on `elements` elements takes, whose outputs are at `data`, and sets its kind of stores: both as the options
/// ask, and else what is fastest with such workers.
int choose(job &j, char *const *data, int64_t elements, const slopewise_options *options, workers found);

/// Does the job on one run, which comes back used up, or on a space. Both choose.
void execute(job &j, dense_run &r, const slopewise_options *options);
void execute(job &j, const space &s, const slopewise_options *options);

}  // namespace slopewise
