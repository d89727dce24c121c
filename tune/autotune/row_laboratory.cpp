#include "autotune/row_laboratory.h"

#include <algorithm>
#include <stdexcept>

#include "autotune/verification.h"
#include "measurement/machine.h"

namespace slopewise::autotune {
namespace {

using measurement::contender;

/// The loops by hand that are as wide as a variant's vectors.
std::string hand_written(const std::string &variant) { return variant == "avx512" ? "AVX-512" : variant == "avx2" ? "AVX2" : ""; }

/// Beyond the caches one call differs from the next by some 5 % (EPYC, Zen 4): so many tell 1 %.
constexpr int rounds_of_one_kernel = 121;

std::string description(const race_result &result, const std::vector<candidate> &candidates) {
    size_t leader = result.leader();
    char ratio[32];
    std::snprintf(ratio, sizeof ratio, " %.2fx", result.to_incumbent(leader).value);
    return text_of(candidates[leader]) + (leader == result.incumbent ? ", as before" : ratio);
}

}  // namespace

race_rules rules_for(const size_class &size) {
    race_rules rules;
    bool beyond_caches = size.name == "memory";
    rules.how.slice = 200e3;
    rules.how.warm_calls = beyond_caches ? 0 : 1;
    rules.how.least_rounds = beyond_caches ? 9 : 15;
    rules.how.most_rounds = 61;
    rules.how.budget = 6e9;
    return rules;
}

row_laboratory::row_laboratory(session &s, const row &r, std::string variant)
    : shape(shape_of(r)), sizes(classes_of(shape, s.caches)), s(s), r(r), variant(std::move(variant)) {}

laboratory row_laboratory::as_laboratory() {
    return {sizes, [this](const auto &all) { return judge(all); },
            [this](const size_class &size, const auto &all, size_t incumbent) { return race_at(size, all, incumbent); }};
}

void row_laboratory::load(const std::vector<candidate> &all) {
    std::vector<candidate> missing;
    std::copy_if(all.begin(), all.end(), std::back_inserter(missing), [this](const candidate &c) { return !made.count(c); });
    std::vector<emitted> kernels = emit_all(s.shop, r, missing);
    for (size_t i = 0; i < missing.size(); i++) made[missing[i]] = kernels[i];
}

kernel_function row_laboratory::function_of(const candidate &c) const {
    const emitted &e = made.at(c);
    if (!e.kernel) throw std::runtime_error(r.name() + ", " + text_of(c) + ": " + e.refusal);
    return e.kernel->function();
}

std::string row_laboratory::verdict_on(const candidate &c) const {
    s.stop();
    const emitted &e = made.at(c);
    if (!e.kernel) return "refused: " + e.refusal;
    std::string wrong = verify(shape, e.kernel->function());
    return wrong.empty() ? "right" : "wrong: " + wrong;
}

std::vector<std::string> row_laboratory::judge(const std::vector<candidate> &all) {
    load(all);
    std::vector<std::string> verdicts;
    for (const candidate &c : all) verdicts.push_back(verdict_on(c));
    return verdicts;
}

contender row_laboratory::calls(const size_class &size, std::string name, kernel_function f) {
    return s.memory.calls(std::move(name), shape, f, elements_in(size, shape));
}

/// Loops that cannot be beaten, as far as known.
std::vector<contender> row_laboratory::limits(const size_class &size) {
    if (size.is_small()) return {};
    int64_t n = elements_in(size, shape);
    std::vector<contender> hand = s.memory.by_hand(shape, hand_written(variant), n);
    return hand.empty() ? s.memory.copies(shape, n) : hand;
}

race_result row_laboratory::race_at(const size_class &size, const std::vector<candidate> &candidates, size_t incumbent) {
    load(candidates);
    field f = {{}, incumbent, limits(size)};
    for (const candidate &c : candidates) f.candidates.push_back(calls(size, text_of(c), function_of(c)));
    measurement::bystanders bystanders(s.now);
    race_result result = race(f, rules_for(size), s.now, s.stop);
    result.others = bystanders.cpus();
    result.elements = elements_in(size, shape);
    result.bytes = result.elements * shape.bytes_an_element();
    if (s.watch) s.watch(r, size.name, description(result, candidates));
    return result;
}

double row_laboratory::noise_of(const candidate &c) {
    load({c});
    double worst = 0;
    for (const size_class &size : {sizes.front(), sizes.back()}) {
        measurement::settings how = rules_for(size).how;
        how.least_rounds = how.most_rounds = rounds_of_one_kernel;
        contender one = calls(size, "one", function_of(c));
        auto both = measurement::measure(measurement::with_repeat({one}, 0, "again"), how, s.now);
        worst = std::max(worst, measurement::noise(both[0], both[1]));
    }
    return worst;
}

}  // namespace slopewise::autotune
