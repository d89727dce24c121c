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

/// How they come about.
std::string source_without_own_row();

/// What each measured machine would lose by what the others say, in words.
std::string cross_validation();

}  // namespace slopewise::bench
