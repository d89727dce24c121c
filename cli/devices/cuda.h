#pragma once

#include "device.h"

namespace slopewise::devices {

std::vector<std::string> cuda_names();
std::unique_ptr<device> open_cuda();

}  // namespace slopewise::devices
