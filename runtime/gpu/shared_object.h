// A driver's library, opened at run time.
#pragma once

#include <cstddef>

namespace slopewise {

struct symbol {
    const char *name;
    void **address;
};

/// Opens the first of `names` that can be opened and finds all symbols in it. False with a reason if that fails. The library
/// stays open, and so does Slopewise itself: work that was handed to a driver may outlive a dlclose().
bool open_driver(const char *const *names, size_t name_count, const symbol *symbols, size_t symbol_count, char *problem, size_t capacity);

}  // namespace slopewise
