// What a schedule may set, as generators/tunables.json lists it, and what values must satisfy together. Generators refuse
// anything else, since Halide lets a value outside its range pass; the tuner takes its candidates from here.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace slopewise::generators {

/// Values as a generator takes them, the simplest first, which is also the default.
struct parameter {
    std::string name;
    std::vector<std::string> values;
};

struct generator_row {
    std::string generator;
    std::vector<std::vector<parameter>> groups;
};

}  // namespace slopewise::generators

#include "tunable_values.h"  // tunable::<parameter>, whole_tiles and generator_rows, written by cmake/SlopewiseSchedules.cmake

namespace slopewise::generators {

/// Of a CPU.
inline const generator_row &row_of(const std::string &generator) {
    auto is_it = [&](const generator_row &r) { return r.generator == generator; };
    auto found = std::find_if(generator_rows.begin(), generator_rows.end(), is_it);
    return found == generator_rows.end() ? row_of("any other") : *found;
}

using numbers = std::map<std::string, int>;

namespace detail {

/// Of numbers, if the divisor is known.
inline std::string indivisible(const numbers &n, const std::string &divisor, const std::string &dividend, int by) {
    auto found = n.find(divisor);
    if (found == n.end() || (found->second > 0 && by % found->second == 0)) return {};
    return divisor + " is " + std::to_string(found->second) + ", expected a divisor of " + dividend + std::to_string(by);
}

}  // namespace detail

/// What is wrong with a value, or nothing.
inline std::string illegal_value(const parameter &p, const std::string &value) {
    if (std::find(p.values.begin(), p.values.end(), value) != p.values.end()) return {};
    std::string wrong = p.name + " is " + value + ", expected one of";
    for (const std::string &v : p.values) wrong += (v == p.values[0] ? " " : ", ") + v;
    return wrong;
}

/// What is wrong with numbers together, or nothing. Those that are not known are not looked at; "lanes", elements written at a
/// time, only a generator knows.
inline std::string broken_rule(const numbers &n, bool streams) {
    std::string broken;
    for (const char *divisor : {"step", "lanes"}) {
        if (broken.empty() && n.count("tile")) broken = detail::indivisible(n, divisor, "tile = ", n.at("tile"));
    }
    if (broken.empty() && streams) broken = detail::indivisible(n, "lanes", "", whole_tiles);
    return broken;
}

/// The same, and each by itself.
inline std::string illegal(const numbers &n, bool streams) {
    for (const parameter *p : {&tunable::vectors, &tunable::tile, &tunable::step, &tunable::threads}) {
        auto found = n.find(p->name);
        std::string wrong = found == n.end() ? "" : illegal_value(*p, std::to_string(found->second));
        if (!wrong.empty()) return wrong;
    }
    return broken_rule(n, streams);
}

}  // namespace slopewise::generators
