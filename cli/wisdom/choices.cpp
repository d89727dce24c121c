// The time of every choice of stores and threads to that of plain stores on one thread, size by size: with workers that are awake, in
// calls that follow each other, and with workers that sleep, a millisecond after the last call.
#include <algorithm>
#include <cmath>

#include "wisdom/session.h"

namespace slopewise::cli {
namespace {

using nlohmann::ordered_json;

constexpr const char *kinds[] = {"plain", "streaming", "prefetch"};
constexpr int64_t smallest = 1 << 10, largest = 64 << 20;

struct measured_size {
    const contenders::operation_traits &traits;
    int64_t n;

    int64_t bytes() const { return 4 * n * traits.traffic; }
    int64_t output() const {
        return 4 * n * (traits.traffic - traits.inputs - (traits.of->long_one >= 0 && traits.of->long_one < traits.inputs));
    }
    /// Stores past a cache that holds the call are not worth the time that they take to measure, nor are threads for next to nothing.
    bool is_worth(bool plain, bool all, const tuning_session &s) const {
        return (plain || bytes() >= s.sizes.l2) &&
               (!all || (s.threads > 1 && n >= (traits.of->has(signature::random) ? 2 << 10 : 8 << 10)));
    }
};

int thousandths(double ratio) { return int(std::clamp(std::round(1000 * ratio), 1.0, 65535.0)); }

/// [elements, plain on one, on all, streaming on one, ...; with workers asleep plain on all, streaming, prefetch]
ordered_json measure_row(tuning_session &s, const measured_size &size, const contenders::problem &p) {
    ordered_json row = {size.n};
    for (bool asleep : {false, true}) {
        std::vector<measurement::contender> ways = {forced_call("plain", p, nullptr, 1, "plain")};
        std::vector<size_t> columns;
        for (const char *kind : kinds) {
            for (bool all : {false, true}) {
                if (!all && asleep) continue;
                bool first = !all && kind == kinds[0];
                if (!first && size.is_worth(kind == kinds[0], all, s))
                    ways.push_back(forced_call(kind, p, nullptr, all ? s.threads : 1, kind));
                columns.push_back(first ? 0 : size.is_worth(kind == kinds[0], all, s) ? ways.size() - 1 : SIZE_MAX);
            }
        }
        std::vector<measurement::estimate> ratios(1, {1, {1, 1}});
        if (ways.size() > 1) ratios = s.ratios_to_first(ways, asleep);
        for (size_t c : columns) row.push_back(c == SIZE_MAX ? ordered_json() : ordered_json(thousandths(ratios[c].value)));
    }
    return row;
}

}  // namespace

void tune_choices(tuning_session &s, ordered_json &wisdom) {
    const effort usual = s.how;
    for (const measured_pattern &p : measured_patterns) {
        const contenders::operation_traits traits = contenders::traits_of(p.op);
        ordered_json &rows = wisdom["ratios"][p.name] = ordered_json::array();
        for (measured_size size = {traits, smallest}; size.n <= largest; size.n *= 2) {
            if (size.bytes() > measurement::available_memory() / 4 || size.output() > usual.most_caches * s.sizes.l3) break;
            s.doing(std::string("choices of ") + traits.name + ", " + std::to_string(size.n >> 10) + " Ki elements");
            s.how.rounds = size.bytes() > s.sizes.l3 ? (usual.rounds + 1) / 2 : usual.rounds;
            rows.push_back(measure_row(s, size, s.arrays.make(p.op, contenders::element::f32, size.n)));
        }
    }
    s.how = usual;
}

}  // namespace slopewise::cli
