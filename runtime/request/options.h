// Options that not every caller's structure has.
#pragma once

#include <cstddef>
#include <cstring>

#include "slopewise/slopewise.h"
#include "table/registry.h"

namespace slopewise {

/// The kind of stores asked for, or null: a structure compiled against an earlier header ends before it.
inline const char *stores_asked(const slopewise_options *o) {
    constexpr size_t end = offsetof(slopewise_options, stores) + sizeof o->stores;
    return o && o->struct_size >= end ? o->stores : nullptr;
}

/// Of those that a CPU has.
inline bool find_stores(const char *text, stores *kind) {
    for (stores one : {stores::plain, stores::streaming, stores::prefetch}) {
        *kind = one;
        if (std::strcmp(text, store_names[static_cast<int>(one)]) == 0) return true;
    }
    return false;
}

}  // namespace slopewise
