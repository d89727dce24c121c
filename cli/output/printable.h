#pragma once

#include <cstdio>
#include <string>

namespace slopewise::cli {

/// Text that a terminal shows as text, on one line: control characters, and bytes that are no UTF-8, as \x1b.
std::string printable(const std::string &text);

/// A line for people: what printf makes of the arguments, printable. All that a program says of foreign text goes through here.
[[gnu::format(printf, 2, 3)]] void print_line(FILE *to, const char *format, ...);

/// A foreign string as messages quote it.
std::string beginning(const std::string &text, size_t longest = 60);

}  // namespace slopewise::cli
