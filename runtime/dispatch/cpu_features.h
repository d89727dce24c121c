#pragma once

#include <cstddef>
#include <cstdint>

namespace slopewise {

/// Looks for the features of `needs` (names separated by spaces) in this CPU, with the operating system's support for
/// their registers. True when all are there; else the first that is missing is written to `missing`.
bool cpu_has(const char *needs, char *missing, size_t capacity);

// One file for each family of processors:

/// One feature by its name; false for a name that is not known.
bool has_feature(const char *name, size_t length);

/// Numbers as the maker counts them; ARM's parts have a part number for a model and a variant for a family.
struct cpu_model {
    char vendor[16];
    int family, model, stepping;
};
cpu_model identify_cpu();

enum class cpu_maker { intel, amd, other };
cpu_maker made_by();

struct cache_sizes {
    int64_t l1, l2, l3;  ///< of data, bytes; 0 where the processor does not say
};
cache_sizes detect_caches();

}  // namespace slopewise
