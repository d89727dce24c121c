#include "autotune/rows.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace slopewise::autotune {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(row, kernel, type, plain, stores, outputs, program, generator, target, fixed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(variant_rows, variant, schedule, stores_program, plain_program, autoschedulers, rows)

variant_rows load_rows(const std::string &path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path + " cannot be read; it comes with the build of a variant");
    try {
        return nlohmann::json::parse(file).get<variant_rows>();
    } catch (const nlohmann::json::exception &e) {
        throw std::runtime_error(path + ": " + e.what());
    }
}

std::vector<row> chosen_rows(const variant_rows &all, const std::vector<std::string> &names) {
    std::vector<row> chosen;
    for (const std::string &name : names) {
        auto is_meant = [&](const row &r) { return r.name() == name || r.kernel == name; };
        if (std::none_of(all.rows.begin(), all.rows.end(), is_meant))
            throw std::runtime_error("there is no kernel \"" + name + "\" in the variant " + all.variant +
                                     ", expected one like rrelu or rrelu_f32");
    }
    for (const row &r : all.rows) {
        auto names_it = [&](const std::string &name) { return name == r.name() || name == r.kernel; };
        if (names.empty() || std::any_of(names.begin(), names.end(), names_it)) chosen.push_back(r);
    }
    return chosen;
}

}  // namespace slopewise::autotune
