#include "autotune/rows.h"

#include <algorithm>
#include <cctype>
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
    auto is_meant = [](const row &r, const std::string &name) { return name == r.name() || name == r.kernel; };
    for (const std::string &name : names) {
        if (std::none_of(all.rows.begin(), all.rows.end(), [&](const row &r) { return is_meant(r, name); }))
            throw std::runtime_error("there is no kernel \"" + name + "\" in the variant " + all.variant +
                                     ", expected one like rrelu or rrelu_f32");
    }
    std::copy_if(all.rows.begin(), all.rows.end(), std::back_inserter(chosen), [&](const row &r) {
        return names.empty() || std::any_of(names.begin(), names.end(), [&](const auto &name) { return is_meant(r, name); });
    });
    return chosen;
}

std::string text_of(const candidate &c) {
    std::string text;
    for (const auto &[name, value] : c) text += (text.empty() ? "" : " ") + name + "=" + value;
    return text;
}

group space::parameters() const {
    group all;
    for (const group &g : groups) all.insert(all.end(), g.begin(), g.end());
    return all;
}

candidate space::simplest() const {
    candidate c;
    for (const auto &p : parameters()) c[p.name] = p.values[0];
    return c;
}

int space::complexity(const candidate &c) const {
    int places = 0;
    for (const auto &p : parameters()) places += int(std::find(p.values.begin(), p.values.end(), c.at(p.name)) - p.values.begin());
    return places;
}

bool space::keeps_rules(const candidate &c) const {
    generators::numbers known;
    for (const auto &[name, value] : c) {
        if (std::isdigit(static_cast<unsigned char>(value[0]))) known[name] = std::stoi(value);
    }
    return generators::broken_rule(known, streams).empty();
}

std::vector<candidate> space::around(const candidate &c, const group &g) const {
    std::vector<candidate> found = {c};
    for (const auto &p : g) {
        std::vector<candidate> product;
        for (candidate one : found) {
            for (const std::string &value : p.values) {
                one[p.name] = value;
                product.push_back(one);
            }
        }
        found = product;
    }
    found.erase(std::remove_if(found.begin(), found.end(), [this](const candidate &one) { return !keeps_rules(one); }), found.end());
    std::stable_sort(found.begin(), found.end(), [this](const auto &a, const auto &b) { return complexity(a) < complexity(b); });
    return found;
}

space space_of(const row &r) {
    space s = {generators::row_of(r.generator).groups, r.stores == "streaming"};
    if (r.stores == "prefetch") s.groups.push_back({generators::tunable::distance});
    return s;
}

}  // namespace slopewise::autotune
