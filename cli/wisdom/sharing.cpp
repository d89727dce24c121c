// From which size on a call is shared among threads: with workers that are awake, in calls that follow each other, and with
// workers that sleep, a millisecond after the last call.
#include "wisdom/session.h"

namespace slopewise::cli {
namespace {

using nlohmann::ordered_json;

std::vector<rung> climb(tuning_session &s, const measured_pattern &p, bool asleep) {
    const contenders::operation_traits traits = contenders::traits_of(p.op);
    std::vector<rung> result;
    for (int64_t n : ladder(p.by_elements ? 8 << 10 : 32 << 10, p.by_elements ? 1 << 20 : 4 << 20, s.how.ladder_factor, 1024)) {
        s.doing(std::string("threads of ") + traits.name + ", " + std::to_string(n) + " elements");
        contenders::problem problem = s.arrays.make(p.op, contenders::element::f32, n);
        auto ratios = s.ratios_to_first(
            {forced_call("one", problem, nullptr, 1, nullptr), forced_call("all", problem, nullptr, s.threads, nullptr)}, asleep);
        result.push_back({p.by_elements ? n : n * 4 * traits.traffic, ratios[1]});
    }
    return result;
}

/// Sharing begins where it is faster, but no earlier than a quarter of what the library would do: it takes no less.
void set_threshold(ordered_json &threshold, const std::vector<rung> &ladder) {
    auto least = threshold.get<int64_t>() / 4;
    auto from = faster_from(ladder, margin::of_threads);
    threshold = from ? ordered_json(std::max(*from, least)) : ordered_json();
}

}  // namespace

void tune_sharing(tuning_session &s, ordered_json &wisdom) {
    if (s.threads < 2) return;
    for (const measured_pattern &p : measured_patterns) {
        ordered_json &t = wisdom["thresholds"][p.name], &why = wisdom["evidence"]["threads"][p.name];
        std::vector<rung> awake = climb(s, p, false), asleep = climb(s, p, true);
        set_threshold(t["shared_from"], awake);
        set_threshold(t["waking_from"], asleep);
        why["awake"] = evidence(awake);
        why["asleep"] = evidence(asleep);
    }
}

}  // namespace slopewise::cli
