// Running a program to its end.
#pragma once

#include <string>
#include <vector>

namespace slopewise::autotune {

/// Runs a program with its arguments; one that takes longer is killed. What is wrong, in one line, or nothing: the last line
/// that it wrote to its standard error where it failed.
std::string run_program(const std::vector<std::string> &command, double seconds_allowed);

}  // namespace slopewise::autotune
