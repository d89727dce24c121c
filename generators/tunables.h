// What a schedule may set: the parameters of each generator, their legal values, and what values must satisfy together.
// Generators refuse anything else, since Halide lets a value outside its range pass; the tuner takes its candidates from
// here; cmake/SlopewiseSchedules.cmake reads the tables, one definition a line, to check schedule files.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

namespace slopewise::generators {

/// Values as a generator takes them, the simplest first, which is also the default. A candidate is the simpler the nearer its
/// values are to the beginning of their lists: fewer vectors at a time, less code.
struct parameter {
    std::string_view name;
    std::array<std::string_view, 6> values;  ///< then empty ones
};

namespace tunable {
constexpr parameter vectors = {"vectors", {"1", "2", "4", "8"}};                      // natural vectors that are written at a time
constexpr parameter tile = {"tile", {"16", "32", "64", "128", "256"}};                // elements a step of the loop
constexpr parameter step = {"step", {"16", "32", "64", "128", "256"}};                // draws a Philox step
constexpr parameter packing = {"packing", {"lanes", "pairs", "words"}};               // of a block's draws: see slopes.h
constexpr parameter distance = {"distance", {"256", "512", "1024", "2048", "4096"}};  // bytes that lines are fetched ahead
constexpr parameter threads = {"threads", {"256", "64", "128", "512", "1024"}};       // of a block, on a GPU
constexpr parameter unrolled = {"unrolled", {"true", "false"}};                       // a thread's words, on a GPU
}  // namespace tunable

using parameter_group = std::array<const parameter *, 2>;

/// Parameters in groups: those of one depend on each other and are searched together.
struct generator_row {
    std::string_view generator;
    std::array<parameter_group, 3> groups;
};
constexpr generator_row generator_rows[] = {
    {"rrelu", {{{&tunable::tile, &tunable::step}, {&tunable::packing}, {&tunable::vectors}}}},
    {"draws", {{{&tunable::tile, &tunable::step}, {&tunable::packing}}}},
    {"draws_at", {}},
    {"gpu", {{{&tunable::threads}, {&tunable::unrolled}}}},  // all of a GPU
    {"", {{{&tunable::vectors}}}},                           // all others of a CPU, which are of rows
};

constexpr const generator_row &row_of(std::string_view generator) {
    const generator_row *row = generator_rows;
    while (row->generator != generator && !row->generator.empty()) row++;
    return *row;
}

/// The distance is a parameter of the step that puts prefetches in.
constexpr parameter_group prefetch_parameters = {&tunable::distance};

/// Kernels that stream write whole multiples of so many elements, and long runs of random operations are cut to such: a tile
/// may have no more.
constexpr int streaming_multiple = 256;

/// One number must divide another. "lanes" are elements written at a time, which only a generator knows; in kernels that
/// stream they divide the multiple too.
struct divisibility {
    std::string_view divisor, dividend;
};
constexpr divisibility rules[] = {{"step", "tile"}, {"lanes", "tile"}};

using numbers = std::map<std::string_view, int>;

namespace detail {

inline std::string listed(const parameter &p) {
    std::string list;
    for (std::string_view v : p.values) {
        if (!v.empty()) list += (list.empty() ? "" : ", ") + std::string(v);
    }
    return list;
}

inline std::string illegal_value(const numbers &n, const parameter &p) {
    auto found = n.find(p.name);
    if (found == n.end()) return {};
    for (std::string_view v : p.values) {
        if (v == std::to_string(found->second)) return {};
    }
    return std::string(p.name) + " is " + std::to_string(found->second) + ", expected one of " + listed(p);
}

inline std::string indivisible(const numbers &n, std::string_view divisor, std::string_view dividend, int by) {
    auto found = n.find(divisor);
    if (found == n.end() || (found->second > 0 && by % found->second == 0)) return {};
    return std::string(divisor) + " is " + std::to_string(found->second) + ", expected a divisor of " + std::string(dividend) +
           std::to_string(by);
}

}  // namespace detail

/// What is wrong with numbers together, or nothing. Those that are not known are not looked at.
inline std::string broken_rule(const numbers &n, bool streams) {
    std::string broken;
    for (const divisibility &r : rules) {
        if (broken.empty() && n.count(r.dividend))
            broken = detail::indivisible(n, r.divisor, std::string(r.dividend) + " = ", n.at(r.dividend));
    }
    if (broken.empty() && streams) broken = detail::indivisible(n, "lanes", "", streaming_multiple);
    return broken;
}

/// The same, and each by itself.
inline std::string illegal(const numbers &n, bool streams) {
    for (const parameter *p : {&tunable::vectors, &tunable::tile, &tunable::step, &tunable::threads}) {
        if (std::string wrong = detail::illegal_value(n, *p); !wrong.empty()) return wrong;
    }
    return broken_rule(n, streams);
}

}  // namespace slopewise::generators
