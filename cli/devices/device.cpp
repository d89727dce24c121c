#include "device.h"

#include <stdexcept>

#include "cuda.h"
#include "opencl.h"

namespace slopewise::devices {

std::vector<std::string> names(const std::string &kind) try {
    return kind == "cuda" ? cuda_names() : opencl_names();
} catch (const std::runtime_error &) {
    return {};
}

std::unique_ptr<device> open(const std::string &kind) { return kind == "cuda" ? open_cuda() : open_opencl(); }

}  // namespace slopewise::devices
