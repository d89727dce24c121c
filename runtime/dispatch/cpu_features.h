#pragma once

#include <cstddef>

namespace slopewise {

/// Looks for the features of `needs` (names separated by spaces) in this CPU, with the operating system's support for
/// their registers. True when all are there; else the first that is missing is written to `missing`.
bool cpu_has(const char *needs, char *missing, size_t capacity);

/// Who made this CPU.
bool is_intel();
bool is_amd();

}  // namespace slopewise
