#include "autotune/race.h"

#include <algorithm>

namespace slopewise::measurement {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(series, name, repetitions, rounds)

}  // namespace slopewise::measurement

namespace slopewise::autotune {

using measurement::comparison;
using measurement::contender;
using measurement::estimate;
using measurement::median;
using measurement::series;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(race_result, candidates, again, limits, incumbent, elements)

namespace {

/// Many are compared, and looked at again and again.
const measurement::bootstrap careful = {400, 0.99, 1};

race_result result_of(const std::vector<series> &all, const field &f) {
    auto again = all.begin() + std::ptrdiff_t(f.candidates.size());
    return {{all.begin(), again}, *again, {again + 1, all.end()}, f.incumbent};
}

/// Lets go who is behind the leader; whether there is more to find out.
bool goes_on(comparison &c, const field &f, std::vector<bool> &alive, double near_limit) {
    race_result so_far = result_of(c.results(), f);
    size_t leader = so_far.leader();
    for (size_t i = 0; i < alive.size(); i++) {
        if (!alive[i] || i == leader || i == f.incumbent) continue;
        if (measurement::ratio(so_far.candidates[i], so_far.candidates[leader], careful).within.low <= 1) continue;
        alive[i] = false;
        c.drop(i);
    }
    auto limit = so_far.to_limit();
    return std::count(alive.begin(), alive.end(), true) > 1 && !(limit && limit->within.high <= near_limit);
}

bool are_times(const series &s) {
    return !s.rounds.empty() && std::all_of(s.rounds.begin(), s.rounds.end(), [](double ns) { return ns > 0; });
}

}  // namespace

estimate race_result::to_incumbent(size_t which) const { return measurement::ratio(candidates[which], candidates[incumbent], careful); }

size_t race_result::leader() const {
    size_t best = incumbent;
    double least = 1;
    for (size_t i = 0; i < candidates.size(); i++) {
        double time = median(measurement::paired_ratios(candidates[i], candidates[incumbent]));
        if (time < least) {
            best = i;
            least = time;
        }
    }
    return best;
}

std::optional<estimate> race_result::to_limit() const {
    if (limits.empty()) return {};
    auto is_faster = [](const series &a, const series &b) { return median(a.rounds) < median(b.rounds); };
    return measurement::ratio(candidates[leader()], *std::min_element(limits.begin(), limits.end(), is_faster), careful);
}

race_result race(const field &f, const race_rules &rules, const measurement::nanosecond_clock &now, const std::function<void()> &stop) {
    double start = now();
    std::vector<contender> everybody = measurement::with_repeat(f.candidates, f.incumbent, "the incumbent again");
    everybody.insert(everybody.end(), f.limits.begin(), f.limits.end());
    comparison c(everybody, rules.how, now);
    std::vector<bool> alive(f.candidates.size(), true);
    for (int round = 1; round <= rules.most_rounds; round++) {
        stop();
        c.run_round();
        if (round < rules.least_rounds || (round - rules.least_rounds) % rules.rounds_between_looks != 0) continue;
        if (!goes_on(c, f, alive, rules.near_limit) || now() - start >= rules.budget) break;
    }
    return result_of(c.results(), f);
}

nlohmann::json json_of(const race_result &r) { return r; }

std::optional<race_result> race_from(const nlohmann::json &j, size_t candidates, size_t incumbent) {
    try {
        auto r = j.get<race_result>();
        bool is_it = r.candidates.size() == candidates && r.incumbent == incumbent && are_times(r.again);
        for (const auto *all : {&r.candidates, &r.limits}) is_it = is_it && std::all_of(all->begin(), all->end(), are_times);
        if (is_it) return r;
    } catch (const nlohmann::json::exception &) {
        // Whatever else it is.
    }
    return {};
}

}  // namespace slopewise::autotune
