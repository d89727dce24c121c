// The kernels of a variant and how the build makes them, as cmake/SlopewiseTuning.cmake writes them down, and the candidates for
// their schedules.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tunables.h"

namespace slopewise::autotune {

struct row {
    std::string kernel, type;
    std::string plain;                 ///< the kernel whose schedule it begins with: itself, or the one with plain stores
    std::string stores;                ///< plain, streaming, prefetch
    std::vector<std::string> outputs;  ///< that streaming stores and prefetches are for
    std::string program, generator, target;
    std::vector<std::string> fixed;  ///< generator parameters that are no matter of schedule

    std::string name() const { return kernel + "_" + type; }
};

struct variant_rows {
    std::string variant, schedule, stores_program;
    std::string plain_program;                          ///< the generators plain_<kernel>, whose schedules Halide finds
    std::map<std::string, std::string> autoschedulers;  ///< plugins by name
    std::vector<row> rows;
};

/// Throws std::runtime_error with the file's name.
variant_rows load_rows(const std::string &path);

/// The rows that a list of names asks for: a kernel and a type, or a kernel in all its types; of no list, all. Throws
/// std::runtime_error for a name that is none.
std::vector<row> chosen_rows(const variant_rows &all, const std::vector<std::string> &names);

// Combinations of the legal values of generators/tunables.json.

/// Values by parameter, as the generator takes them.
using candidate = std::map<std::string, std::string>;

/// "step=128 tile=256"
std::string text_of(const candidate &c);

using group = std::vector<generators::parameter>;

struct space {
    std::vector<group> groups;  ///< empty where a generator has nothing to choose
    bool streams;

    group parameters() const;  ///< of all groups
    candidate simplest() const;

    /// How far from the simplest: the places of its values in their lists, added up.
    int complexity(const candidate &c) const;

    bool keeps_rules(const candidate &c) const;

    /// All that differ from `c` in a group's values only, itself included, but for what breaks a rule. The simplest first.
    std::vector<candidate> around(const candidate &c, const group &g) const;

    /// Every combination.
    std::vector<candidate> all() const { return around(simplest(), parameters()); }
};

space space_of(const row &r);

}  // namespace slopewise::autotune
