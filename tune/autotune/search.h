// The way through a row's candidates.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autotune/classes.h"
#include "autotune/decision.h"
#include "autotune/space.h"

namespace slopewise::autotune {

/// What a search has done: the machine and Halide, or a test's idea of them.
struct laboratory {
    std::vector<size_class> sizes;

    /// For each candidate "right", or what is wrong.
    std::function<std::vector<std::string>(const std::vector<candidate> &)> judge;

    std::function<race_result(const size_class &, const std::vector<candidate> &, size_t incumbent)> race;
};

/// Candidates at all sizes that they reached, and which was chosen.
struct trial {
    std::vector<candidate> candidates;
    std::vector<standing> sizes;
    size_t incumbent, chosen;
};

/// Races at one size after the other. Who is behind the incumbent at one does not run at the next.
trial try_all(const space &s, std::vector<candidate> candidates, const candidate &incumbent, const laboratory &lab);

struct found {
    candidate chosen, incumbent;
    std::vector<trial> trials;  ///< the last is of the chosen alone against the incumbent, if it is another
};

/// From the incumbent on, group by group all combinations of the group's values, until a turn through the groups changes
/// nothing: of one group, every candidate there is. What wins must win a trial against the incumbent alone, too. Throws
/// std::runtime_error if the incumbent itself is not right.
found search(const space &s, const candidate &incumbent, const laboratory &lab);

}  // namespace slopewise::autotune
