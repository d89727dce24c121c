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

std::string chosen_variant(const std::string &named) {
    if (!named.empty()) return named;
    if (!environment_problem().empty()) return "none";
    const char *forced = std::getenv("SLOPEWISE_VARIANT");
    if (forced && *forced) return forced;
    for (const slopewise_variant &v : all_variants()) {
        if (v.usable && std::string(v.device) == "cpu") return v.name;
    }
    return "none";
}

}  // namespace slopewise::cli
