// The draws of consecutive elements by a variant's kernel against the reference.
#pragma once

#include <string>
#include <vector>

#include "cpu/draws.h"
#include "slope_reference.h"

namespace slopewise::test {

constexpr uint64_t all_ones = ~uint64_t{0};

/// Whole blocks are written: at most seven draws on either side, before which and after which stand guards.
inline std::string check_run_of_draws(const variant &v, const random_state &r, uint64_t index, int64_t n) {
    constexpr uint16_t guard = 0x5a5a;
    constexpr size_t before = 8, after = 24;
    std::vector<uint16_t> out(before + size_t(n) + after, guard);
    draw_consecutive(v, r, index, n, out.data() + before);
    std::string where = "from index " + std::to_string(index) + ", " + std::to_string(n) + " draws";
    for (int64_t i = 0; i < n; i++) {
        if (out[before + size_t(i)] != draw(index + uint64_t(i), r.seed, r.stream))
            return where + ": draw " + std::to_string(i) + " is wrong";
    }
    for (size_t i = before + size_t(n) + 8; i < out.size(); i++) {
        if (out[i] != guard) return where + ": bytes behind the last block were written";
    }
    return out[0] == guard ? "" : where + ": bytes before the first block were written";
}

/// What is wrong first, or nothing; `begun` is told of each length before it is run.
template <class Begun>
std::string check_draws(const variant &v, uint64_t index, Begun begun) {
    for (uint64_t seed : {uint64_t{0}, uint64_t{42}, all_ones}) {
        for (int64_t n : {0, 1, 7, 8, 9, 63, 64, 65, 200, 4099}) {
            begun(size_t(n));
            std::string wrong = check_run_of_draws(v, {{}, seed, ~seed}, index, n);
            if (!wrong.empty()) return wrong;
        }
    }
    return {};
}

}  // namespace slopewise::test
