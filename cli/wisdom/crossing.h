// From a ladder of measured sizes to the size at which a call should change its ways.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "measurement/statistics.h"

namespace slopewise::cli {

/// At this size, how many times as long the other way takes as the usual one.
struct rung {
    int64_t size;
    measurement::estimate ratio;
};

/// By what share of the time another way must be faster to be taken. Where many are tried, some look faster by chance;
/// more threads also cost other programs something.
enum class margin { of_stores, of_variants, of_threads };
constexpr double margins[] = {0.02, 0.03, 0.1};

/// Other than noise: by the margin at the median, and the whole interval below one.
inline bool is_faster(const measurement::estimate &e, margin by) { return e.value < 1 - margins[int(by)] && e.within.high < 1; }

/// The size of the ladder (sizes rising) from which on the other way saves most in all, each rung's share of time weighed
/// against the margin: one rung that was measured badly moves nothing. None where it never saves.
std::optional<int64_t> faster_from(const std::vector<rung> &ladder, margin by);

/// Sizes from `first` to `last`, each `factor` times the one before, whole multiples of `step`.
std::vector<int64_t> ladder(int64_t first, int64_t last, double factor, int64_t step);

}  // namespace slopewise::cli
