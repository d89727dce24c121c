#include "autotune/race.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace slopewise::autotune {

using measurement::comparison;
using measurement::contender;
using measurement::estimate;
using measurement::median;
using measurement::series;

const measurement::bootstrap careful = {400, 0.99, 1};

namespace {

std::vector<contender> everybody(const field &f) {
    std::vector<contender> all = measurement::with_repeat(f.candidates, f.incumbent, "the incumbent again");
    all.insert(all.end(), f.limits.begin(), f.limits.end());
    return all;
}

series rounded(series s) {
    for (double &ns : s.rounds) {
        char text[32];
        std::snprintf(text, sizeof text, "%.6g", ns);
        ns = std::atof(text);
    }
    return s;
}

race_result result_of(const std::vector<series> &all, const field &f) {
    std::vector<series> digits;
    for (const series &s : all) digits.push_back(rounded(s));
    auto again = digits.begin() + std::ptrdiff_t(f.candidates.size());
    return {{digits.begin(), again}, *again, {again + 1, digits.end()}, f.incumbent};
}

/// Races on as long as somebody but the leader is in it.
class elimination {
public:
    elimination(comparison &c, const field &f) : c(c), f(f), alive(f.candidates.size(), true) {}

    /// After a round: whether there is more to find out.
    bool goes_on(const race_rules &rules) {
        race_result so_far = result_of(c.results(), f);
        size_t leader = so_far.leader();
        for (size_t i = 0; i < alive.size(); i++) {
            if (!alive[i] || i == leader || i == f.incumbent) continue;
            if (measurement::ratio(so_far.candidates[i], so_far.candidates[leader], careful).within.low <= 1) continue;
            alive[i] = false;
            c.drop(i);
        }
        auto limit = so_far.to_limit();
        return std::count(alive.begin(), alive.end(), true) > 1 && !(limit && limit->within.high <= rules.near_limit);
    }

private:
    comparison &c;
    const field &f;
    std::vector<bool> alive;
};

}  // namespace

estimate race_result::to_incumbent(size_t which) const { return measurement::ratio(candidates[which], candidates[incumbent], careful); }

double race_result::noise() const { return measurement::noise(candidates[incumbent], again); }

size_t race_result::leader() const {
    auto time = [this](size_t i) { return median(measurement::paired_ratios(candidates[i], candidates[incumbent])); };
    size_t best = incumbent;
    double least = 1;
    for (size_t i = 0; i < candidates.size(); i++) {
        if (double t = time(i); t < least) {
            best = i;
            least = t;
        }
    }
    return best;
}

std::optional<estimate> race_result::to_limit() const {
    if (limits.empty()) return {};
    const series &fastest = *std::min_element(limits.begin(), limits.end(),
                                              [](const series &a, const series &b) { return median(a.rounds) < median(b.rounds); });
    return measurement::ratio(candidates[leader()], fastest, careful);
}

race_result race(const field &f, const race_rules &rules, const measurement::nanosecond_clock &now, const std::function<void()> &stop) {
    double start = now();
    comparison c(everybody(f), rules.how, now);
    elimination rest(c, f);
    for (int round = 1; round <= rules.how.most_rounds; round++) {
        stop();
        c.run_round();
        if (round < rules.how.least_rounds || (round - rules.how.least_rounds) % rules.rounds_between_looks != 0) continue;
        if (!rest.goes_on(rules) || now() - start >= rules.how.budget) break;
    }
    return result_of(c.results(), f);
}

}  // namespace slopewise::autotune
