#include "autotune/records.h"

#include <algorithm>
#include <memory>

namespace slopewise::measurement {

// "calls" are of another way to measure.
void to_json(nlohmann::json &j, const series &s) { j = {{"name", s.name}, {"repetitions", s.repetitions}, {"ns", s.rounds}}; }

void from_json(const nlohmann::json &j, series &s) {
    s = {j.at("name").get<std::string>(), j.at("repetitions").get<int64_t>(), j.at("ns").get<std::vector<double>>(), {}};
    bool are_times = !s.rounds.empty() && std::all_of(s.rounds.begin(), s.rounds.end(), [](double ns) { return ns > 0; });
    if (!are_times) throw nlohmann::json::other_error::create(501, "expected times", &j);
}

}  // namespace slopewise::measurement

namespace slopewise::autotune {

using measurement::series;
using nlohmann::json;

namespace {

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
    if (auto known = log.answer_to(question)) {
        if (auto result = race_from(*known, all.size(), incumbent)) return *result;
    }
    race_result result = lab.race(size, all, incumbent);
    log.add(question, json_of(result));
    return result;
}

}  // namespace

json json_of(const race_result &r) {
    return {{"candidates", r.candidates}, {"again", r.again}, {"limits", r.limits},
            {"elements", r.elements},     {"bytes", r.bytes}, {"others", r.others}};
}

std::optional<race_result> race_from(const json &j, size_t candidates, size_t incumbent) {
    try {
        race_result r = {j.at("candidates").get<std::vector<series>>(),
                         j.at("again").get<series>(),
                         j.at("limits").get<std::vector<series>>(),
                         incumbent,
                         j.at("elements").get<int64_t>(),
                         j.at("bytes").get<int64_t>(),
                         j.at("others").get<double>()};
        if (r.candidates.size() == candidates) return r;
    } catch (const json::exception &) {
        // Whatever else it is.
    }
    return {};
}

laboratory remembering(laboratory lab, journal &log, const std::string &row) {
    auto inner = std::make_shared<laboratory>(std::move(lab));
    return {inner->sizes, [=, &log](const auto &all) { return judged(*inner, log, row, all); },
            [=, &log](const size_class &size, const auto &all, size_t incumbent) { return raced(*inner, log, row, size, all, incumbent); }};
}

}  // namespace slopewise::autotune
