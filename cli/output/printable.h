#pragma once

#include <string>

namespace slopewise::cli {

/// Text that a terminal shows as text, on one line: control characters, and bytes that are no UTF-8, as \x1b.
std::string printable(const std::string &text);

}  // namespace slopewise::cli
