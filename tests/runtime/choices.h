// What the tests of choices and of measured machines share.
#pragma once

#include <algorithm>
#include <array>

#include "dispatch/choices.h"

namespace slopewise::test {

constexpr int64_t kibi = 1 << 10, mebi = 1 << 20;
constexpr cache_sizes usual_caches = {32 << 10, 512 << 10, 32 << 20};
enum : int { plain_one, plain_all, streaming_one, streaming_all, prefetch_one, prefetch_all };

inline int chosen(const ratios &r, const freedom &f = any_choice, bool awake = true) { return choose(r, f, awake).index(); }

inline measured_row row_of(int place, std::array<uint16_t, 6> awake, std::array<uint16_t, 3> asleep, pattern p = pattern::copy) {
    measured_row row = {int(p), place, {}, {}};
    std::copy(awake.begin(), awake.end(), row.awake);
    std::copy(asleep.begin(), asleep.end(), row.asleep);
    return row;
}

}  // namespace slopewise::test
