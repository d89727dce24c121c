// Why a variant that was named cannot be used.
#pragma once

#include <cstdio>

#include "dispatch/dispatch.h"

namespace slopewise {

/// Of variants for which runs(v, why, size) holds. False if `name` is one of them; else the text names the `source` that
/// asked for it, says why not, and lists those that can be.
template <class Runs>
bool explain_unusable(const char *source, const char *name, Runs runs, char *out, size_t capacity) {
    char why[160] = "no such variant in this build", usable[160] = "none", ignored[160];
    int named = find_variant(name);
    if (named >= 0 && runs(named, why, sizeof why)) return false;
    size_t at = 0;
    for (int v = 0; v < variant_count && at < sizeof usable; v++) {
        if (!runs(v, ignored, sizeof ignored)) continue;
        at += size_t(std::snprintf(usable + at, sizeof usable - at, "%s%s", at ? ", " : "", variants[v].name));
    }
    std::snprintf(out, capacity, "%s: \"%.40s\" cannot be used (%s); usable here: %s", source, name, why, usable);
    return true;
}

}  // namespace slopewise
