#pragma once

#include "device.h"

namespace slopewise::devices {

std::vector<std::string> opencl_names();
std::unique_ptr<device> open_opencl();

}  // namespace slopewise::devices
