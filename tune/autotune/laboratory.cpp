#include "autotune/laboratory.h"

#include <algorithm>
#include <stdexcept>

#include "autotune/verification.h"

namespace slopewise::autotune {
namespace {

using measurement::contender;
using nlohmann::json;

/// The loops by hand that are as wide as a variant's vectors.
std::string hand_written(const std::string &variant) { return variant == "avx512" ? "AVX-512" : variant == "avx2" ? "AVX2" : ""; }

/// Beyond the caches one call differs from the next by some 5 % (EPYC, Zen 4): so many tell 1 %.
constexpr int rounds_of_one_kernel = 121;

/// A slice of 0.2 ms, or one call.
race_rules rules_for(const size_class &size) {
    race_rules rules;
    bool beyond_caches = size.name == "memory";
    rules.how.slice = 200e3;
    rules.how.warm_calls = beyond_caches ? 0 : 1;
    if (beyond_caches) rules.least_rounds = 9;
    return rules;
}

std::map<std::string, emitted> find_schedules(const session &s, const variant_rows &all, const row &r) {
    row plain = r;
    plain.program = all.plain_program;
    plain.generator = "plain_" + r.kernel;
    plain.fixed.clear();
    std::map<std::string, emitted> found;
    for (const auto &[scheduler, plugin] : all.autoschedulers) {
        s.stop();
        found[scheduler] = emit_scheduled(s.shop, plain, scheduler, plugin);
    }
    return found;
}

/// Those that are right at a size, out of place, against the chosen candidate as the incumbent.
json raced_beside(session &s, row_laboratory &lab, const size_class &size, kernel_function chosen,
                  const std::map<std::string, emitted> &found) {
    int64_t n = size.elements_of(lab.shape);
    auto expected = s.memory.bytes_of_call(lab.shape, chosen, n);
    field f = {{lab.calls(size, "chosen", chosen)}, 0, {}};
    for (const auto &[scheduler, e] : found) {
        if (e.function && verify_call(s.memory, lab.shape, e.function, n, expected).empty())
            f.candidates.push_back(lab.calls(size, scheduler, e.function));
    }
    race_result result = race(f, rules_for(size), s.now, s.stop);
    result.elements = n;
    return json_of(result);
}

}  // namespace

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

kernel_function row_laboratory::function_of(const candidate &c) {
    load({c});
    const emitted &e = made.at(c);
    if (!e.function) throw std::runtime_error(r.name() + ", " + text_of(c) + ": " + e.refusal);
    return e.function;
}

std::vector<std::string> row_laboratory::judge(const std::vector<candidate> &all) {
    load(all);
    std::vector<std::string> verdicts;
    for (const candidate &c : all) {
        s.stop();
        verdicts.push_back(verdict_on(shape, made.at(c)));
    }
    return verdicts;
}

contender row_laboratory::calls(const size_class &size, std::string name, kernel_function f) {
    return s.memory.calls(std::move(name), shape, f, size.elements_of(shape), size.row_length);
}

race_result row_laboratory::race_at(const size_class &size, const std::vector<candidate> &candidates, size_t incumbent) {
    load(candidates);
    field f = {{}, incumbent, {}};
    if (!size.is_small()) f.limits = s.memory.limits(shape, hand_written(variant), size.elements_of(shape));
    for (const candidate &c : candidates) f.candidates.push_back(calls(size, text_of(c), function_of(c)));
    race_result result = race(f, rules_for(size), s.now, s.stop);
    result.elements = size.elements_of(shape);
    return result;
}

double row_laboratory::noise_of(const candidate &c) {
    double worst = 0;
    for (const size_class &size : {sizes.front(), sizes.back()}) {
        measurement::settings how = rules_for(size).how;
        how.rounds = rounds_of_one_kernel;
        contender one = calls(size, "one", function_of(c));
        auto both = measurement::measure(measurement::with_repeat({one}, 0, "again"), how, s.now);
        worst = std::max(worst, measurement::noise(both[0], both[1]));
    }
    return worst;
}

bool has_baselines(const row &r) { return r.name() == "relu_f32" || r.name() == "rrelu_f32"; }

std::vector<std::string> measure_baselines(session &s, journal &log, const variant_rows &all, const row &r, const candidate &chosen) {
    json question = {{"what", "baselines"}, {"row", r.name()}, {"chosen", chosen}};
    if (log.answer_to(question)) return {};
    row_laboratory lab(s, r, all.variant);
    std::map<std::string, emitted> found = find_schedules(s, all, r);
    json answer = {{"verdicts", json::object()}, {"sizes", json::array()}};
    std::vector<std::string> lines;
    for (const auto &[scheduler, e] : found) {
        std::string verdict = verdict_on(lab.shape, e);
        answer["verdicts"][scheduler] = verdict;
        lines.push_back(r.name() + " by " + scheduler + ": " + verdict);
    }
    for (const size_class &size : lab.sizes) {
        if (!size.is_small())
            answer["sizes"].push_back({{"size", size.name}, {"race", raced_beside(s, lab, size, lab.function_of(chosen), found)}});
    }
    log.add(question, answer);
    return lines;
}

}  // namespace slopewise::autotune
