// The machine, for the record.
#pragma once

#include <nlohmann/json.hpp>

namespace slopewise::bench {

nlohmann::json describe_machine();

/// Where caches stop to matter: a call that moves more finds in them nothing of the call before. Last caches are larger by
/// name than in use: of 480 MiB that a shared machine names, 32 are worth counting on (Intel, Granite Rapids).
constexpr int64_t largest_cached_bytes = int64_t{128} << 20;

}  // namespace slopewise::bench
