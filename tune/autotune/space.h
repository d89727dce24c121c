// The candidates for a row's schedule: combinations of the legal values of generators/tunables.h.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "autotune/rows.h"
#include "tunables.h"

namespace slopewise::autotune {

/// Values by parameter, as the generator takes them.
using candidate = std::map<std::string, std::string>;

/// "step=128 tile=256"
std::string text_of(const candidate &c);

using group = std::vector<const generators::parameter *>;

struct space {
    std::vector<group> groups;  ///< empty where a generator has nothing to choose
    bool streams;

    candidate simplest() const;

    /// How far from the simplest: the places of its values in their lists, added up.
    int complexity(const candidate &c) const;

    bool keeps_rules(const candidate &c) const;

    /// All that differ from `c` in a group's values only, itself included, but for what breaks a rule. The simplest first.
    std::vector<candidate> around(const candidate &c, const group &g) const;

    /// Every combination.
    std::vector<candidate> all() const;
};

space space_of(const row &r);

}  // namespace slopewise::autotune
