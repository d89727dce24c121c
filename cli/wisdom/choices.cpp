// The time of every choice of stores and threads to that of plain stores on one thread, size by size: with workers that are awake, in
// calls that follow each other, and with workers that sleep, a millisecond after the last call.
#include <algorithm>
#include <cmath>
#include <string_view>

#include "wisdom/session.h"

namespace slopewise::cli {
namespace {

using nlohmann::ordered_json;

struct way {
    const char *stores;
    bool all;  ///< threads

    bool is_plain() const { return stores == std::string_view("plain"); }
};
// In the order of a row's columns, after plain stores on one thread.
const std::vector<way> awake_ways = {{"plain", true}, {"streaming", false}, {"streaming", true}, {"prefetch", false}, {"prefetch", true}};
const std::vector<way> asleep_ways = {{"plain", true}, {"streaming", true}, {"prefetch", true}};

constexpr int64_t smallest = 1 << 10, largest = 64 << 20;

struct measured_size {
    const contenders::operation_traits &traits;
    int64_t n;

    int64_t bytes() const { return 4 * n * traits.traffic; }
    int64_t output() const {
        return 4 * n * (traits.traffic - traits.inputs - (traits.of->long_one >= 0 && traits.of->long_one < traits.inputs));
    }
    /// Stores past a cache that holds the call are not worth the time that they take to measure, nor are threads for next to nothing.
    /// The library takes no inner cache for smaller than 256 KiB and looks at no other stores within it.
    bool is_worth(const way &w, const tuning_session &s) const {
        int64_t least_shared = traits.of->has(signature::random) ? 2 << 10 : 8 << 10;
        return (w.is_plain() || bytes() >= std::max(s.sizes.l2, int64_t{256 << 10})) && (!w.all || (s.threads > 1 && n >= least_shared));
    }
};

int thousandths(double ratio) { return int(std::clamp(std::round(1000 * ratio), 1.0, 65535.0)); }

/// Appends thousandths of the time of plain stores on one thread, null for what is not worth measuring.
void measure(tuning_session &s, const measured_size &size, const contenders::problem &p, bool asleep, ordered_json &row) {
    const std::vector<way> &ways = asleep ? asleep_ways : awake_ways;
    std::vector<measurement::contender> calls = {forced_call("plain", p, nullptr, 1, "plain")};
    for (const way &w : ways) {
        if (size.is_worth(w, s)) calls.push_back(forced_call(w.stores, p, nullptr, w.all ? s.threads : 1, w.stores));
    }
    std::vector<measurement::estimate> ratios;
    if (calls.size() > 1) ratios = s.ratios_to_first(calls, asleep);
    size_t next = 1;
    for (const way &w : ways) row.push_back(size.is_worth(w, s) ? ordered_json(thousandths(ratios[next++].value)) : ordered_json());
}

ordered_json measure_row(tuning_session &s, const measured_size &size, const contenders::problem &p) {
    ordered_json row = {size.n, 1000};
    measure(s, size, p, false, row);
    measure(s, size, p, true, row);
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
