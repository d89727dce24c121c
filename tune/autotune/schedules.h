// Schedule files: which values each row has, read as the build reads them, and written so that they say it in few words.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "autotune/rows.h"
#include "autotune/space.h"

namespace slopewise::autotune {

/// A row's values and what they rest on.
struct row_schedule {
    candidate values;
    std::string why;  ///< empty where nothing is known
};

/// The schedules of a variant's rows.
class schedule {
public:
    /// Throws std::runtime_error that names file, kernel and field for what the build would not take.
    schedule(const variant_rows &all, const std::string &path);

    const row_schedule &of(const row &r) const { return by_row.at(r.name()); }
    void set(const row &r, row_schedule s) { by_row.at(r.name()) = std::move(s); }

    /// The file's text. A kernel's entry has the values that most of its types share, and what they rest on by type;
    /// "<kernel>.<type>" what differs; kernels with other stores, what differs from the plain one. `measured_on` is for readers.
    std::string text(const std::string &measured_on) const;

private:
    std::vector<row> rows;
    std::map<std::string, row_schedule> by_row;
    nlohmann::ordered_json others;  ///< entries of kernels that this build has not
};

/// Puts a file in the place of another at once. Throws std::runtime_error.
void replace_file(const std::string &path, const std::string &text);

}  // namespace slopewise::autotune
