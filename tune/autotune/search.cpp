#include "autotune/search.h"

#include <algorithm>
#include <stdexcept>

namespace slopewise::autotune {
namespace {

constexpr int most_turns = 4;

/// With the incumbent among them.
std::vector<candidate> with(std::vector<candidate> candidates, const candidate &incumbent) {
    if (std::find(candidates.begin(), candidates.end(), incumbent) == candidates.end()) candidates.push_back(incumbent);
    return candidates;
}

size_t place_of(const std::vector<candidate> &all, const candidate &c) {
    auto found = std::find(all.begin(), all.end(), c);
    if (found == all.end()) throw std::runtime_error("the present schedule, " + text_of(c) + ", gives no kernel that is right");
    return size_t(found - all.begin());
}

standing standing_of(const std::string &size, const race_result &r, const std::vector<size_t> &ran, size_t count) {
    standing s = {size, {}, r.noise()};
    s.to_incumbent.resize(count);
    for (size_t i = 0; i < ran.size(); i++) s.to_incumbent[ran[i]] = r.to_incumbent(i);
    return s;
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
    auto at = size_t(std::find(ran.begin(), ran.end(), t.incumbent) - ran.begin());
    return standing_of(size.name, lab.race(size, field, at), ran, t.candidates.size());
}

}  // namespace

trial try_all(const space &s, std::vector<candidate> candidates, const candidate &incumbent, const laboratory &lab) {
    trial t = {right_ones(with(std::move(candidates), incumbent), lab), {}, 0, 0};
    t.incumbent = place_of(t.candidates, incumbent);
    std::vector<size_t> ran(t.candidates.size());
    for (size_t i = 0; i < ran.size(); i++) ran[i] = i;
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

}  // namespace slopewise::autotune
