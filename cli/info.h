#pragma once

namespace slopewise::cli {

/// Prints CPU, caches and every variant: chosen, usable, or why not. Works under a wrongly forced variant too.
void print_info(bool json);

}  // namespace slopewise::cli
