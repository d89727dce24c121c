// What a laboratory finds out as records of the journal.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "autotune/journal.h"
#include "autotune/search.h"

namespace slopewise::autotune {

nlohmann::json json_of(const race_result &r);

/// Nothing if it is not the result of a race among so many candidates.
std::optional<race_result> race_from(const nlohmann::json &j, size_t candidates, size_t incumbent);

/// The same laboratory, which finds out once only what it is asked about a row.
laboratory remembering(laboratory lab, journal &log, const std::string &row);

}  // namespace slopewise::autotune
