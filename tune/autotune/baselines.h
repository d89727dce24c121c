// What Halide's own autoschedulers make of the same algorithms.
#pragma once

#include "autotune/journal.h"
#include "autotune/row_laboratory.h"

namespace slopewise::autotune {

/// Whether there is a plain statement of a row's algorithm.
bool has_baselines(const row &r);

/// Finds schedules, verifies them like any candidate, and races them against the chosen one at the sizes of caches and memory,
/// out of place, where all are right. Everything goes to the journal, and nothing to the schedule. A line for each.
std::vector<std::string> measure_baselines(session &s, journal &log, const variant_rows &all, const row &r, const candidate &chosen);

}  // namespace slopewise::autotune
