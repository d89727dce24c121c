// Schedule files: which values each row has, read as the build reads them, and what changes in them.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "autotune/rows.h"

namespace slopewise::autotune {

/// A row's values and what they rest on.
struct row_schedule {
    candidate values;
    std::string why;  ///< empty where nothing is known
};

nlohmann::json json_of(const row_schedule &s);

/// Nothing if it is not what a space has.
std::optional<row_schedule> schedule_from(const nlohmann::json &j, const space &s);

/// The schedules of a variant's rows.
class schedule {
public:
    /// Throws std::runtime_error that names file, kernel and field for what the build would not take.
    schedule(const variant_rows &all, const std::string &path);

    const row_schedule &of(const row &r) const { return by_row.at(r.name()); }
    void set(const row &r, row_schedule s) { by_row.at(r.name()) = std::move(s); }

    /// The file's text: as it was, with an entry "<kernel>.<type>" for each row that it would not give what the row has.
    /// `measured_on` is for readers.
    std::string text(const std::string &measured_on) const;

private:
    std::string path;
    std::vector<row> rows;
    nlohmann::ordered_json kernels;
    std::map<std::string, row_schedule> by_row;
};

}  // namespace slopewise::autotune
