// A machine's measured choices, as `slopewise tune` writes them.
#pragma once

#include <cstddef>

#include "dispatch/choices.h"

namespace slopewise {

/// The version of the file's form; another is another library's.
constexpr int wisdom_version = 2;

struct wisdom_state {
    enum { none, used, ignored } state;
    char path[512];    ///< where one belongs; "" where there is no place for it
    char reason[256];  ///< why there is none, or why it is ignored
};

/// What a file must fit.
struct wisdom_machine {
    int threads;
    const bool *usable;  ///< of the variants
};

/// Reads SLOPEWISE_WISDOM, or else slopewise/wisdom.json in the user's cache folder (XDG), into `t`. A file that is not
/// wholly this machine's and sound changes nothing. Looks at at most 64 KiB, of a regular file. One caller at a time.
void read_wisdom(const wisdom_machine &m, machine_choices &t, wisdom_state &w);

/// The same on text, of which nothing is assumed. Returns whether it was taken, or writes why not.
bool apply_wisdom(const char *text, size_t length, const wisdom_machine &m, machine_choices &t, char *reason, size_t capacity);

}  // namespace slopewise
