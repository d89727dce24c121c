#include "variants.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace slopewise::cli {

nlohmann::ordered_json machine() {
    std::string text(slopewise_machine(nullptr, 0) + 1, '\0');
    slopewise_machine(text.data(), text.size());
    return nlohmann::ordered_json::parse(text.c_str());
}

std::vector<slopewise_variant> all_variants() {
    std::vector<slopewise_variant> variants(slopewise_variants(nullptr, 0));
    slopewise_variants(variants.data(), variants.size());
    return variants;
}

std::string environment_problem() {
    slopewise_choice choice = {sizeof choice, nullptr, nullptr, nullptr, 0};
    return slopewise_choose("relu", "f32", 1, &choice) == SLOPEWISE_OK ? "" : slopewise_last_error();
}

std::string chosen_variant(const std::string &named, const std::string &device) {
    if (!named.empty()) return named;
    const char *forced = std::getenv("SLOPEWISE_VARIANT");
    std::string name = forced ? forced : "", best = "none";
    bool known = name.empty();
    for (const slopewise_variant &v : all_variants()) {
        known = known || name == v.name;
        if (v.device != device) continue;
        if (name == v.name) return v.usable ? name : "none";
        if (v.usable && best == "none") best = v.name;
    }
    return known ? best : "none";
}

std::string variant_of_call(const std::string &op, const DLDataType &type, int64_t elements) {
    const char *letters = type.code == kDLFloat ? "f" : type.code == kDLBfloat ? "bf" : type.code == kDLInt ? "i" : "u";
    std::string name = letters + std::to_string(type.bits);
    slopewise_choice choice = {sizeof choice, nullptr, nullptr, nullptr, 0};
    return slopewise_choose(op.c_str(), name.c_str(), elements, &choice) == SLOPEWISE_OK ? choice.variant : "none";
}

}  // namespace slopewise::cli
