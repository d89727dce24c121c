// The bounds that this CPU runs. Not in bounds.h, which is for newer CPUs too.
#pragma once

#include <vector>

#include "bounds.h"

namespace slopewise::bench {

/// The best first.
inline std::vector<const bound_set *> usable_bounds() {
    std::vector<const bound_set *> sets;
    bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
    if (has_avx512) sets.push_back(&avx512_bounds);
    if (__builtin_cpu_supports("avx2")) sets.push_back(&avx2_bounds);
    return sets;
}

}  // namespace slopewise::bench
