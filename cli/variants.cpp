#include "variants.h"

#include <cstdlib>

namespace slopewise::cli {

std::vector<slopewise_variant> all_variants() {
    std::vector<slopewise_variant> variants(slopewise_variants(nullptr, 0));
    slopewise_variants(variants.data(), variants.size());
    return variants;
}

std::string environment_problem() {
    char text[1];
    return slopewise_explain("relu", "f32", 1, text, sizeof text) == SLOPEWISE_OK ? "" : slopewise_last_error();
}

std::string chosen_variant(const std::string &named, const std::string &device) {
    if (!named.empty()) return named;
    if (!environment_problem().empty()) return "none";
    const char *forced = std::getenv("SLOPEWISE_VARIANT");
    std::string best = "none";
    for (const slopewise_variant &v : all_variants()) {
        if (v.device != device) continue;
        if (forced && forced == std::string(v.name)) return v.usable ? forced : "none";
        if (v.usable && best == "none") best = v.name;
    }
    return best;
}

}  // namespace slopewise::cli
