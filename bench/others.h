// What the library would choose on this machine without its own row of machines/: by the others' rows, or built in.
#pragma once

#include <cstdint>
#include <string>

namespace slopewise::bench {

struct other_choice {
    const char *stores;
    bool all;  ///< threads
};
other_choice choice_without_own_row(const char *pattern, int64_t elements);

/// How they come about, and over how many machines that were measured.
std::string source_without_own_row();
int machines_measured();

}  // namespace slopewise::bench
