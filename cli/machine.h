#pragma once

#include <nlohmann/json.hpp>

namespace slopewise::cli {

/// What slopewise_machine() says.
nlohmann::ordered_json machine();

}  // namespace slopewise::cli
