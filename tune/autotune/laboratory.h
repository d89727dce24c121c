// One row's candidates, made, verified and measured on this machine.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "autotune/calls.h"
#include "autotune/emission.h"
#include "autotune/search.h"

namespace slopewise::autotune {

/// What all rows of a run share.
struct session {
    workshop shop;
    workspace memory;
    measurement::cache_sizes caches;
    measurement::nanosecond_clock now;
    std::function<void()> stop = [] {};  ///< throws when the run is to end
};

class row_laboratory {
public:
    row_laboratory(session &s, const row &r, std::string variant)
        : shape(shape_of(r)), sizes(sizes_of(shape, s.caches)), s(s), r(r), variant(std::move(variant)) {}

    laboratory as_laboratory();

    /// By how much one kernel differs from itself, at its smallest and its largest size.
    double noise_of(const candidate &c);

    /// Makes it, if it is not at hand. Throws std::runtime_error where that is refused.
    kernel_function function_of(const candidate &c);
    measurement::contender calls(const size_class &size, std::string name, kernel_function f);

    const call_shape shape;
    const std::vector<size_class> sizes;

private:
    void load(const std::vector<candidate> &all);
    std::vector<std::string> judge(const std::vector<candidate> &all);
    race_result race_at(const size_class &size, const std::vector<candidate> &candidates, size_t incumbent);

    session &s;
    const row &r;
    std::string variant;
    std::map<candidate, emitted> made;
};

/// Whether there is a plain statement of a row's algorithm, for Halide's own autoschedulers.
bool has_baselines(const row &r);

/// What they make of it: finds schedules, verifies them like any candidate, and races them against the chosen one at the sizes
/// of caches and memory, out of place, where all are right. Everything goes to the journal, and nothing to the schedule. A line
/// for each.
std::vector<std::string> measure_baselines(session &s, journal &log, const variant_rows &all, const row &r, const candidate &chosen);

}  // namespace slopewise::autotune
