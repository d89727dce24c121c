// From which size on outputs are written past the caches, or with their lines fetched ahead.
#include "wisdom/session.h"

namespace slopewise::cli {
namespace {

using nlohmann::ordered_json;

struct ladders {
    std::vector<rung> streaming, prefetch;
};

/// Each kind of stores against plain ones, size by size. Kinds do not share a round with each other: one that writes past
/// the caches takes from the next what it expects to find there.
ladders climb(tuning_session &s, const measured_pattern &p, int threads) {
    const contenders::operation_traits traits = contenders::traits_of(p.op);
    ladders result;
    auto last = std::min(6 * s.sizes.l3, measurement::available_memory() / 8);
    for (int64_t bytes : ladder(2 * s.sizes.l2, last, s.how.ladder_factor, int64_t(4096) * traits.traffic)) {
        s.doing(std::string("stores of ") + traits.name + ", " + std::to_string(bytes >> 20) + " MiB");
        contenders::problem problem = s.arrays.make(p.op, contenders::element::f32, bytes / traits.traffic / 4);
        for (const char *kind : {"streaming", "prefetch"}) {
            if (threads > 1 && kind[0] == 'p') continue;  // begins at the same size on any number of threads
            auto ratios = s.ratios_to_first(
                {forced_call("plain", problem, nullptr, threads, "plain"), forced_call(kind, problem, nullptr, threads, kind)});
            (kind[0] == 's' ? result.streaming : result.prefetch).push_back({bytes, ratios[1]});
        }
    }
    return result;
}

ordered_json or_never(const std::optional<int64_t> &size) { return size ? ordered_json(*size) : ordered_json(); }

/// Below where streaming begins.
std::vector<rung> below(const std::vector<rung> &ladder, const std::optional<int64_t> &end) {
    std::vector<rung> part;
    for (const rung &r : ladder) {
        if (!end || r.size < *end) part.push_back(r);
    }
    return part;
}

}  // namespace

void tune_stores(tuning_session &s, ordered_json &wisdom) {
    for (const measured_pattern &p : measured_patterns) {
        ordered_json &t = wisdom["thresholds"][p.name], &why = wisdom["evidence"]["stores"][p.name];
        ladders alone = climb(s, p, 1);
        auto streaming = faster_from(alone.streaming, margin::of_stores);
        t["streaming_from"] = or_never(streaming);
        t["prefetch_from"] = or_never(faster_from(below(alone.prefetch, streaming), margin::of_stores));
        why["streaming"] = evidence(alone.streaming);
        why["prefetch"] = evidence(alone.prefetch);
        if (s.threads < 2) continue;
        ladders shared = climb(s, p, s.threads);
        t["shared_streaming_from"] = or_never(faster_from(shared.streaming, margin::of_stores));
        why["shared_streaming"] = evidence(shared.streaming);
    }
}

}  // namespace slopewise::cli
