// The kernels of a variant and how the build makes them, as cmake/SlopewiseTuning.cmake writes them down.
#pragma once

#include <map>
#include <string>
#include <vector>

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

/// The rows that a list of names asks for: a kernel and a type, or a kernel in all its types. Throws std::runtime_error for a
/// name that is none.
std::vector<row> chosen_rows(const variant_rows &all, const std::vector<std::string> &names);

}  // namespace slopewise::autotune
