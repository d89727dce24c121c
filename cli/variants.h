#pragma once

#include <slopewise/slopewise.h>

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace slopewise::cli {

/// What slopewise_machine() says.
nlohmann::ordered_json machine();

std::vector<slopewise_variant> all_variants();

/// The variant that tensors on a device ("cpu", "cuda", "opencl") run on: `named` if it is not empty, else the environment's,
/// else the best usable one; "none" where the environment forces one that cannot run, or none runs.
std::string chosen_variant(const std::string &named, const std::string &device);

/// The variant that the library chooses for a call on CPU tensors of so many elements.
std::string variant_of_call(const std::string &op, const DLDataType &type, int64_t elements);

/// What is wrong with the environment's variant, or "".
std::string environment_problem();

}  // namespace slopewise::cli
