#pragma once

#include <slopewise/slopewise.h>

#include <string>
#include <vector>

namespace slopewise::cli {

std::vector<slopewise_variant> all_variants();

/// The variant that tensors on a device ("cpu", "cuda", "opencl") run on: `named` if it is not empty, else the environment's,
/// else the best usable one; "none" where the environment forces one that cannot run, or none runs.
std::string chosen_variant(const std::string &named, const std::string &device);

/// What is wrong with the environment's variant, or "".
std::string environment_problem();

}  // namespace slopewise::cli
