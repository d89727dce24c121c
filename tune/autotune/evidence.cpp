#include "autotune/evidence.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace slopewise::autotune {
namespace {

using measurement::estimate;

/// The sum of logarithms of its times where it ran, less for each size that it did not reach.
double distance(const trial &t, size_t which) {
    double far = 0;
    for (const standing &s : t.sizes) far += s.to_incumbent[which] ? std::log(s.to_incumbent[which]->value) : 10;
    return far;
}

/// A candidate in the trial that it was in.
struct rival {
    const trial *in = nullptr;
    size_t which = 0;
};

rival nearest_of(const std::vector<trial> &trials) {
    rival nearest;
    for (const trial &t : trials) {
        for (size_t i = 0; i < t.candidates.size(); i++) {
            bool is_nearer = i != t.incumbent && (!nearest.in || distance(t, i) < distance(*nearest.in, nearest.which));
            if (is_nearer) nearest = {&t, i};
        }
    }
    return nearest;
}

estimate inverse(const estimate &e) { return {1 / e.value, {1 / e.within.high, 1 / e.within.low}}; }

}  // namespace

std::string text_of(const estimate &e) {
    char text[64];
    std::snprintf(text, sizeof text, "%.3g [%.3g, %.3g]", e.value, e.within.low, e.within.high);
    return text;
}

std::string evidence_for(const found &f) {
    bool stays = f.chosen == f.incumbent;
    rival r = stays ? nearest_of(f.trials) : rival{&f.trials.back(), f.trials.back().incumbent};
    if (!r.in) return "the only one that is right";
    std::string times;
    for (const standing &s : r.in->sizes) {
        const auto &e = s.to_incumbent[stays ? r.which : r.in->chosen];
        if (!e) break;
        times += ", " + s.size + " " + text_of(stays ? *e : inverse(*e));
    }
    return text_of(r.in->candidates[r.which]) + " in its place takes" + times.substr(1);
}

}  // namespace slopewise::autotune
