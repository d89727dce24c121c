// Slips in PTX, one at a time.
#pragma once

#include <string>
#include <vector>

namespace slopewise::test {

struct mutant {
    std::string line, instead;  ///< which instruction is written how; empty where it lacks
    std::string ptx;
};

/// Other instructions, conditions, numbers, places in memory and choices; and each instruction left out.
std::vector<mutant> mutants_of(const std::string &ptx);

}  // namespace slopewise::test
