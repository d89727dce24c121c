// Shares a job among threads.
#pragma once

#include "execute/job.h"

namespace slopewise {

/// How many threads a call on `elements` elements takes: what the options ask, at most the machine's limit, one where
/// waking another costs more than it brings.
int choose_threads(const operation_info &op, int64_t elements, const slopewise_options *options);

void execute(const job &j, const slopewise_options *options);

}  // namespace slopewise
