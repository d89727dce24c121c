#pragma once

#include <string>

namespace slopewise::cli {

struct tune_request {
    bool quick = false, show = false, force = false;
    std::string out;    ///< "": where the library looks
    std::string share;  ///< "": nothing; a folder: a file there with the machine's name
};

/// Measures this machine and writes its wisdom, or shows what is in use. Throws failure.
void tune(const tune_request &r);

/// What the wisdom in use measured for an operation; nothing without wisdom.
void print_evidence(const std::string &op);

}  // namespace slopewise::cli
