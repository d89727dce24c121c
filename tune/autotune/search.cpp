#include "autotune/search.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <stdexcept>

namespace slopewise::autotune {
namespace {

using measurement::estimate;
using nlohmann::json;

constexpr int most_turns = 4;

/// A hundredth: where code lies in memory makes as much of a difference.
constexpr double indistinct = 0.01;

bool is_behind(const estimate &to_incumbent) { return to_incumbent.within.low > 1 && to_incumbent.value > 1 + indistinct; }

/// Relative to the incumbent, and 1 where there is no telling.
double time_of(const standing &s, size_t which) {
    const estimate &e = *s.to_incumbent[which];
    bool found = !e.within.contains(1) && std::fabs(e.value - 1) > std::max(indistinct, s.noise);
    return found ? e.value : 1;
}

/// Relative to the best at each size.
double worst_of(const std::vector<standing> &sizes, const std::vector<size_t> &eligible, size_t which) {
    double worst = 1;
    for (const standing &s : sizes) {
        double best = time_of(s, which);
        for (size_t other : eligible) best = std::min(best, time_of(s, other));
        worst = std::max(worst, time_of(s, which) / best);
    }
    return worst;
}

std::vector<candidate> right_ones(const std::vector<candidate> &all, const laboratory &lab) {
    std::vector<std::string> verdicts = lab.judge(all);
    std::vector<candidate> right;
    for (size_t i = 0; i < all.size(); i++) {
        if (verdicts[i] == "right") right.push_back(all[i]);
    }
    return right;
}

/// Races those of a trial that are still in it.
standing run(const trial &t, const size_class &size, const std::vector<size_t> &ran, const laboratory &lab) {
    std::vector<candidate> field;
    for (size_t i : ran) field.push_back(t.candidates[i]);
    auto incumbent = size_t(std::find(ran.begin(), ran.end(), t.incumbent) - ran.begin());
    race_result r = lab.race(size, field, incumbent);
    standing s = {size.name, {}, r.noise()};
    s.to_incumbent.resize(t.candidates.size());
    for (size_t i = 0; i < ran.size(); i++) s.to_incumbent[ran[i]] = r.to_incumbent(i);
    return s;
}

/// The incumbent takes part in any case.
trial try_all(const space &s, std::vector<candidate> candidates, const candidate &incumbent, const laboratory &lab) {
    if (std::find(candidates.begin(), candidates.end(), incumbent) == candidates.end()) candidates.push_back(incumbent);
    trial t = {right_ones(candidates, lab), {}, 0, 0};
    t.incumbent = size_t(std::find(t.candidates.begin(), t.candidates.end(), incumbent) - t.candidates.begin());
    if (t.incumbent == t.candidates.size())
        throw std::runtime_error("the present schedule, " + text_of(incumbent) + ", gives no kernel that is right");
    std::vector<size_t> ran(t.candidates.size());
    std::iota(ran.begin(), ran.end(), size_t{0});
    for (const size_class &size : lab.sizes) {
        t.sizes.push_back(run(t, size, ran, lab));
        auto leaves = [&](size_t i) { return i != t.incumbent && is_behind(*t.sizes.back().to_incumbent[i]); };
        ran.erase(std::remove_if(ran.begin(), ran.end(), leaves), ran.end());
    }
    std::vector<int> complexity;
    for (const candidate &c : t.candidates) complexity.push_back(s.complexity(c));
    t.chosen = decide(t.sizes, complexity, t.incumbent);
    return t;
}

std::vector<std::string> judged(const laboratory &lab, journal &log, const std::string &row, const std::vector<candidate> &all) {
    auto question = [&](const candidate &c) { return json{{"what", "verdict"}, {"row", row}, {"candidate", c}}; };
    std::vector<candidate> unknown;
    for (const candidate &c : all) {
        auto known = log.answer_to(question(c));
        if (!known || !known->is_string()) unknown.push_back(c);
    }
    std::vector<std::string> found = lab.judge(unknown), verdicts;
    for (size_t i = 0; i < unknown.size(); i++) log.add(question(unknown[i]), found[i]);
    for (const candidate &c : all) verdicts.push_back(log.answer_to(question(c))->get<std::string>());
    return verdicts;
}

race_result raced(const laboratory &lab, journal &log, const std::string &row, const size_class &size, const std::vector<candidate> &all,
                  size_t incumbent) {
    json question = {{"what", "race"}, {"row", row}, {"size", size.name}, {"candidates", all}, {"incumbent", incumbent}};
    auto known = log.answer_to(question);
    auto result = known ? race_from(*known, all.size(), incumbent) : std::nullopt;
    if (result) return *result;
    result = lab.race(size, all, incumbent);
    log.add(question, json_of(*result));
    return *result;
}

/// The sum of logarithms of its times where it ran, more for each size that it did not reach.
double distance(const trial &t, size_t which) {
    double far = 0;
    for (const standing &s : t.sizes) far += s.to_incumbent[which] ? std::log(s.to_incumbent[which]->value) : 10;
    return far;
}

/// The candidate that came nearest to an incumbent that stays, and the trial that it was in; null if there is none.
std::pair<const trial *, size_t> nearest_of(const std::vector<trial> &trials) {
    std::pair<const trial *, size_t> nearest = {nullptr, 0};
    double least = INFINITY;
    for (const trial &t : trials) {
        for (size_t i = 0; i < t.candidates.size(); i++) {
            if (i == t.incumbent || distance(t, i) >= least) continue;
            nearest = {&t, i};
            least = distance(t, i);
        }
    }
    return nearest;
}

/// "1.07 [1.05, 1.09]"
std::string text_of(const estimate &e) {
    char text[64];
    std::snprintf(text, sizeof text, "%.3g [%.3g, %.3g]", e.value, e.within.low, e.within.high);
    return text;
}

}  // namespace

laboratory remembering(const laboratory &lab, journal &log, const std::string &row) {
    return {lab.sizes, [=, &log](const auto &all) { return judged(lab, log, row, all); },
            [=, &log](const size_class &size, const auto &all, size_t incumbent) { return raced(lab, log, row, size, all, incumbent); }};
}

size_t decide(const std::vector<standing> &sizes, const std::vector<int> &complexity, size_t incumbent) {
    std::vector<size_t> eligible;
    for (size_t i = 0; i < complexity.size(); i++) {
        auto keeps_up = [i](const standing &s) { return s.to_incumbent[i] && !is_behind(*s.to_incumbent[i]); };
        if (i == incumbent || std::all_of(sizes.begin(), sizes.end(), keeps_up)) eligible.push_back(i);
    }
    std::vector<double> worst(complexity.size());
    double least = INFINITY;
    for (size_t i : eligible) least = std::min(least, worst[i] = worst_of(sizes, eligible, i));
    auto rank = [&](size_t i) {
        bool ties = worst[i] <= least * (1 + indistinct);
        return std::make_tuple(!ties, complexity[i], i != incumbent, worst[i]);
    };
    return *std::min_element(eligible.begin(), eligible.end(), [&](size_t a, size_t b) { return rank(a) < rank(b); });
}

found search(const space &s, const candidate &incumbent, const laboratory &lab) {
    found result = {incumbent, incumbent, {}};
    auto choose_among = [&](std::vector<candidate> candidates) {
        trial t = try_all(s, std::move(candidates), incumbent, lab);
        result.chosen = t.candidates[t.chosen];
        result.trials.push_back(std::move(t));
    };
    for (int turn = 0; turn < most_turns; turn++) {
        candidate before = result.chosen;
        for (const group &g : s.groups) choose_among(s.around(result.chosen, g));
        if (result.chosen == before || s.groups.size() == 1) break;
    }
    if (result.chosen != incumbent) choose_among({result.chosen});
    return result;
}

std::string evidence_for(const found &f) {
    bool stays = f.chosen == f.incumbent;
    const trial &last = f.trials.back();
    auto [in, which] = stays ? nearest_of(f.trials) : std::make_pair(&last, last.incumbent);
    if (!in) return "the only one that is right";
    std::string times;
    for (const standing &s : in->sizes) {
        const auto &e = s.to_incumbent[stays ? which : in->chosen];
        if (!e) break;
        estimate inverse = {1 / e->value, {1 / e->within.high, 1 / e->within.low}};
        times += ", " + s.size + " " + text_of(stays ? *e : inverse);
    }
    return text_of(in->candidates[which]) + " in its place takes" + times.substr(1);
}

}  // namespace slopewise::autotune
