#pragma once

#include <cstddef>

namespace slopewise {

/// Looks for the features of `needs` (names separated by spaces) in this CPU, with the operating system's support for
/// their registers. True when all are there; else the first that is missing is written to `missing`.
bool cpu_has(const char *needs, char *missing, size_t capacity);

/// Whether CPUID names Intel as the maker.
bool is_intel();

}  // namespace slopewise
