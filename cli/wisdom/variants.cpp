// The fastest variant for each operation and size class: the widest vector does not always win.
#include "wisdom/session.h"

namespace slopewise::cli {
namespace {

using contenders::operation;
using nlohmann::ordered_json;

/// Bytes read and written that stand for each class: well inside it.
std::vector<int64_t> class_sizes(const measurement::cache_sizes &m) {
    return {m.l1 / 2, m.l2 / 2, m.l3 / 3, std::min(4 * m.l3, measurement::available_memory() / 8)};
}

/// Where many are tried, some look faster by chance.
bool is_faster(const measurement::estimate &e) { return e.value < 0.97 && e.within.high < 1; }

/// The variant that takes the place of the first: the fastest of those that are faster beyond noise.
size_t winner(const std::vector<measurement::estimate> &ratios) {
    size_t best = 0;
    for (size_t i = 1; i < ratios.size(); i++) {
        if (is_faster(ratios[i]) && ratios[i].value < ratios[best].value) best = i;
    }
    return best;
}

}  // namespace

void tune_variants(tuning_session &s, ordered_json &wisdom) {
    std::vector<const char *> names = contenders::usable_variants();
    if (names.size() < 2) return;
    for (int o = 0; o < contenders::operation_count; o++) {
        const contenders::operation_traits traits = contenders::traits_of(operation(o));
        if (operation(o) == operation::rrelu_noise) continue;  // goes with rrelu
        ordered_json chosen = ordered_json::array();
        for (int64_t bytes : class_sizes(s.sizes)) {
            s.doing(std::string("variants of ") + traits.name);
            contenders::problem p = s.arrays.make(operation(o), contenders::element::f32, bytes / traits.traffic / 4);
            std::vector<measurement::contender> all;
            for (const char *name : names) all.push_back(forced_call(name, p, name, 1, nullptr));
            std::vector<measurement::estimate> ratios = s.ratios_to_first(all);
            chosen.push_back(names[winner(ratios)]);
            for (size_t i = 1; i < names.size(); i++)
                wisdom["evidence"]["variants"][traits.name][names[i]].push_back(evidence(bytes, ratios[i]));
        }
        wisdom["variants"][traits.name] = chosen;
    }
}

}  // namespace slopewise::cli
