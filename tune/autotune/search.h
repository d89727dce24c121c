// The way through a row's candidates, and which of them serves all sizes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autotune/calls.h"
#include "autotune/journal.h"
#include "autotune/race.h"

namespace slopewise::autotune {

/// What a search has done: the machine and Halide, or a test's idea of them.
struct laboratory {
    std::vector<size_class> sizes;

    /// For each candidate "right", or what is wrong.
    std::function<std::vector<std::string>(const std::vector<candidate> &)> judge;

    std::function<race_result(const size_class &, const std::vector<candidate> &, size_t incumbent)> race;
};

/// The same laboratory, which finds out once only what it is asked about a row.
laboratory remembering(const laboratory &lab, journal &log, const std::string &row);

/// How a candidate did at one size; of one that did not run there, nothing.
struct standing {
    std::string size;
    std::vector<std::optional<measurement::estimate>> to_incumbent;
    double noise;
};

/// Of the candidates that are behind the incumbent at no size, the one whose time at its worst size, relative to the best
/// there, is least. What is within the noise of the incumbent counts as equal to it. Ties, to a hundredth, go to the simpler.
size_t decide(const std::vector<standing> &sizes, const std::vector<int> &complexity, size_t incumbent);

/// Candidates at all sizes that they reached, and which was chosen. Who is behind the incumbent at one size does not run at the
/// next.
struct trial {
    std::vector<candidate> candidates;
    std::vector<standing> sizes;
    size_t incumbent, chosen;
};

struct found {
    candidate chosen, incumbent;
    std::vector<trial> trials;  ///< the last is of the chosen alone against the incumbent, if it is another
};

/// From the incumbent on, group by group all combinations of the group's values, until a turn through the groups changes
/// nothing: of one group, every candidate there is. What wins must win a trial against the incumbent alone, too. Throws
/// std::runtime_error if the incumbent itself is not right.
found search(const space &s, const candidate &incumbent, const laboratory &lab);

/// What the choice rests on, for the schedule file: how many times as long the incumbent takes in the place of what was chosen,
/// by size; of an incumbent that stays, the candidate that came nearest.
std::string evidence_for(const found &f);

}  // namespace slopewise::autotune
