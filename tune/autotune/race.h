// Candidates against each other and the incumbent at one size.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "measurement/comparison.h"
#include "measurement/statistics.h"

namespace slopewise::autotune {

/// Who takes part. The incumbent stays to the end, runs a second time, and everything is told relative to it.
struct field {
    std::vector<measurement::contender> candidates;
    size_t incumbent;
    std::vector<measurement::contender> limits;  ///< what cannot be beaten, as far as known
};

struct race_rules {
    measurement::settings how;
    double near_limit = 1.03;  ///< a leader within it ends the race
    int rounds_between_looks = 4;
};

/// All series as measured, of six digits, so that what is read back from a log leads to the same decisions.
struct race_result {
    std::vector<measurement::series> candidates;
    measurement::series again;  ///< the incumbent's second
    std::vector<measurement::series> limits;
    size_t incumbent = 0;
    int64_t elements = 0, bytes = 0;  ///< of a call
    double others = 0;                ///< CPUs that other processes used meanwhile

    measurement::estimate to_incumbent(size_t which) const;
    double noise() const;
    size_t leader() const;

    /// The leader's time to the fastest limit's; none where there are no limits.
    std::optional<measurement::estimate> to_limit() const;
};

/// With `confidence` 0.99: many are compared, and looked at again and again.
extern const measurement::bootstrap careful;

/// Rounds until the leader is alone, near the limit, or rounds and time are used up. A candidate leaves when it is behind the
/// leader for certain. `stop`, asked before each round, may throw.
race_result race(const field &f, const race_rules &rules, const measurement::nanosecond_clock &now, const std::function<void()> &stop);

}  // namespace slopewise::autotune
