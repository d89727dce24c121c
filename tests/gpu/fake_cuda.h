// A driver that runs nothing and remembers what it was told: what a test sees of it.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace slopewise::test {

struct fake_launch {
    std::string kernel, target;  ///< of the PTX that it came from, e.g. "sm_80"
    unsigned blocks, threads;
    void *stream, *context;
    uint64_t first[2];  ///< of the arguments, addresses
};

struct fake_cuda {
    std::mutex lock;
    bool forgetful = false;            ///< it remembers nothing, and so allocates nothing
    std::map<std::string, int> fails;  ///< by function: the error that it returns
    std::map<std::string, int> calls;
    std::vector<fake_launch> launches;
    std::vector<int> capabilities = {75, 90};  ///< of its devices
};

/// The driver's own, found with dlsym as "fake_cuda_state".
using fake_cuda_state_function = fake_cuda *();

}  // namespace slopewise::test
