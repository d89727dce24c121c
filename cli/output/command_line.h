// What programs say of a wrong command line.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "output/printable.h"

namespace slopewise::cli {

/// CLI11's own text. It quotes arguments.
inline std::string failure_text(const CLI::App *app, const CLI::Error &e) {
    return CLI::FailureMessage::simple(app, CLI::Error(e.get_name(), printable(e.what()), e.get_exit_code()));
}

}  // namespace slopewise::cli
