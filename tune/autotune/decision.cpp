#include "autotune/decision.h"

#include <algorithm>
#include <cmath>

namespace slopewise::autotune {
namespace {

using measurement::estimate;

/// A hundredth: where code lies in memory makes as much of a difference.
constexpr double indistinct = 0.01;

bool is_eligible(const std::vector<standing> &sizes, size_t which) {
    return std::all_of(sizes.begin(), sizes.end(),
                       [which](const standing &s) { return s.to_incumbent[which] && !is_behind(*s.to_incumbent[which]); });
}

/// Relative to the incumbent, and 1 where there is no telling.
double time_of(const standing &s, size_t which) {
    const estimate &e = *s.to_incumbent[which];
    bool found = !e.within.contains(1) && std::fabs(e.value - 1) > std::max(indistinct, s.noise);
    return found ? e.value : 1;
}

double worst_of(const std::vector<standing> &sizes, const std::vector<size_t> &eligible, size_t which) {
    double worst = 1;
    for (const standing &s : sizes) {
        double best = time_of(s, which);
        for (size_t other : eligible) best = std::min(best, time_of(s, other));
        worst = std::max(worst, time_of(s, which) / best);
    }
    return worst;
}

}  // namespace

bool is_behind(const estimate &to_incumbent) { return to_incumbent.within.low > 1 && to_incumbent.value > 1 + indistinct; }

size_t decide(const std::vector<standing> &sizes, const std::vector<int> &complexity, size_t incumbent) {
    std::vector<size_t> eligible;
    for (size_t i = 0; i < complexity.size(); i++) {
        if (i == incumbent || is_eligible(sizes, i)) eligible.push_back(i);
    }
    std::vector<double> worst(complexity.size());
    double least = INFINITY;
    for (size_t i : eligible) least = std::min(least, worst[i] = worst_of(sizes, eligible, i));
    auto precedes = [&](size_t a, size_t b) {
        bool a_ties = worst[a] <= least * (1 + indistinct), b_ties = worst[b] <= least * (1 + indistinct);
        if (a_ties != b_ties) return a_ties;
        if (complexity[a] != complexity[b]) return complexity[a] < complexity[b];
        return (a == incumbent) != (b == incumbent) ? a == incumbent : worst[a] < worst[b];
    };
    return *std::min_element(eligible.begin(), eligible.end(), precedes);
}

}  // namespace slopewise::autotune
