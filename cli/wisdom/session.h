// What the parts of `slopewise tune` share: how long they may measure, the arrays that they measure on, who is told.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "contenders/library.h"
#include "contenders/workspace.h"
#include "measurement/comparison.h"
#include "measurement/statistics.h"

namespace slopewise::cli {

/// How much is measured; a full run finds smaller differences.
struct effort {
    double slice;  ///< nanoseconds of a contender in a round
    int rounds;
    int64_t most_caches;  ///< last caches that an output fills at most
};
constexpr effort quick_effort = {0.2e6, 5, 2}, full_effort = {2e6, 15, 1 << 20};

struct tuning_session {
    effort how;
    int threads;
    measurement::cache_sizes sizes;
    contenders::workspace arrays;
    std::function<void(const std::string &)> doing;  ///< told what is measured now

    /// Contenders against the first, round by round; calls sleep before each where `idle` asks for it.
    std::vector<measurement::estimate> ratios_to_first(std::vector<measurement::contender> contenders, bool idle = false) const;
};

/// A call with options that force its ways.
measurement::contender forced_call(std::string name, const contenders::problem &p, const char *variant, int threads, const char *stores);

/// How each pattern of the library's choices is measured: by one operation on f32.
struct measured_pattern {
    const char *name;
    contenders::operation op;
};
extern const std::vector<measured_pattern> measured_patterns;

// The parts. Each changes `wisdom`, which holds the library's own values before.
void tune_variants(tuning_session &s, nlohmann::ordered_json &wisdom);
void tune_choices(tuning_session &s, nlohmann::ordered_json &wisdom);

/// [size, ratio, low, high], rounded for a reader.
nlohmann::ordered_json evidence(int64_t size, const measurement::estimate &e);

}  // namespace slopewise::cli
