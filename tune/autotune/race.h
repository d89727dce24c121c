// Candidates against each other and the incumbent at one size.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
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
    measurement::settings how;  ///< but for its rounds
    int least_rounds = 15, most_rounds = 61;
    double budget = 6e9;       ///< nanoseconds after which no round begins, past the least
    double near_limit = 1.03;  ///< a leader within it ends the race
    int rounds_between_looks = 4;
};

/// All series as measured.
struct race_result {
    std::vector<measurement::series> candidates;
    measurement::series again;  ///< the incumbent's second
    std::vector<measurement::series> limits;
    size_t incumbent = 0;
    int64_t elements = 0;  ///< of a call

    measurement::estimate to_incumbent(size_t which) const;
    double noise() const { return measurement::noise(candidates[incumbent], again); }
    size_t leader() const;

    /// The leader's time to the fastest limit's; none where there are no limits.
    std::optional<measurement::estimate> to_limit() const;
};

/// Rounds until the leader is alone, near the limit, or rounds and time are used up. A candidate leaves when it is behind the
/// leader for certain. `stop`, asked before each round, may throw.
race_result race(const field &f, const race_rules &rules, const measurement::nanosecond_clock &now, const std::function<void()> &stop);

nlohmann::json json_of(const race_result &r);

/// Nothing if it is not the result of a race among so many candidates.
std::optional<race_result> race_from(const nlohmann::json &j, size_t candidates, size_t incumbent);

}  // namespace slopewise::autotune
