#include "autotune/space.h"

#include <algorithm>

namespace slopewise::autotune {
namespace {

using generators::parameter;

int place_of(const parameter &p, const std::string &value) {
    return int(std::find(p.values.begin(), p.values.end(), value) - p.values.begin());
}

bool is_number(const std::string &text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos; }

/// Each of the candidates with each value of a parameter.
std::vector<candidate> times(const std::vector<candidate> &all, const parameter &p) {
    std::vector<candidate> product;
    for (candidate c : all) {
        for (std::string_view value : p.values) {
            if (value.empty()) break;
            c[std::string(p.name)] = value;
            product.push_back(c);
        }
    }
    return product;
}

template <class Array>
group group_from(const Array &parameters) {
    group g;
    for (const parameter *p : parameters) {
        if (p) g.push_back(p);
    }
    return g;
}

}  // namespace

std::string text_of(const candidate &c) {
    std::string text;
    for (const auto &[name, value] : c) text += (text.empty() ? "" : " ") + name + "=" + value;
    return text;
}

candidate space::simplest() const {
    candidate c;
    for (const group &g : groups) {
        for (const parameter *p : g) c[std::string(p->name)] = p->values[0];
    }
    return c;
}

int space::complexity(const candidate &c) const {
    int places = 0;
    for (const group &g : groups) {
        for (const parameter *p : g) places += place_of(*p, c.at(std::string(p->name)));
    }
    return places;
}

bool space::keeps_rules(const candidate &c) const {
    generators::numbers known;
    for (const auto &[name, value] : c) {
        if (is_number(value)) known[name] = std::stoi(value);
    }
    return generators::broken_rule(known, streams).empty();
}

std::vector<candidate> space::around(const candidate &c, const group &g) const {
    std::vector<candidate> found = {c};
    for (const parameter *p : g) found = times(found, *p);
    auto broken = [this](const candidate &one) { return !keeps_rules(one); };
    found.erase(std::remove_if(found.begin(), found.end(), broken), found.end());
    std::stable_sort(found.begin(), found.end(), [this](const auto &a, const auto &b) { return complexity(a) < complexity(b); });
    return found;
}

std::vector<candidate> space::all() const {
    group every;
    for (const group &g : groups) every.insert(every.end(), g.begin(), g.end());
    return around(simplest(), every);
}

space space_of(const row &r) {
    space s = {{}, r.stores == "streaming"};
    for (const auto &parameters : generators::row_of(r.generator).groups) {
        if (group g = group_from(parameters); !g.empty()) s.groups.push_back(g);
    }
    if (r.stores == "prefetch") s.groups.push_back(group_from(generators::prefetch_parameters));
    return s;
}

}  // namespace slopewise::autotune
