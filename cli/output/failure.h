#pragma once

#include <stdexcept>
#include <string>

namespace slopewise::cli {

/// An operation that failed: one line on stderr, exit status 1.
struct failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A command line that makes no sense: exit status 2.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace slopewise::cli
