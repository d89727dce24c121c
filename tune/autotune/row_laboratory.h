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
    measurement::memory_sizes caches;
    measurement::nanosecond_clock now;
    std::function<void()> stop = [] {};                                                               ///< throws when the run is to end
    std::function<void(const row &, const std::string &size, const std::string &leader)> watch = {};  ///< told of each race
};

class row_laboratory {
public:
    row_laboratory(session &s, const row &r, std::string variant);

    laboratory as_laboratory();

    /// By how much one kernel differs from itself, at its smallest and its largest size.
    double noise_of(const candidate &c);

    /// Makes those that are not at hand.
    void load(const std::vector<candidate> &all);
    kernel_function function_of(const candidate &c) const;
    measurement::contender calls(const size_class &size, std::string name, kernel_function f);

    const call_shape shape;
    const std::vector<size_class> sizes;

private:
    std::string verdict_on(const candidate &c) const;
    std::vector<std::string> judge(const std::vector<candidate> &all);
    race_result race_at(const size_class &size, const std::vector<candidate> &candidates, size_t incumbent);
    std::vector<measurement::contender> limits(const size_class &size);

    session &s;
    const row &r;
    std::string variant;
    std::map<candidate, emitted> made;
};

/// For a size: a slice of 0.2 ms, or one call.
race_rules rules_for(const size_class &size);

}  // namespace slopewise::autotune
