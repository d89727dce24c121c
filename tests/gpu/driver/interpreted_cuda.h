// The CUDA driver of the tests: it executes PTX on an interpreter, and remembers what it was told. What a test sees of it.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace slopewise::test {

struct recorded_launch {
    std::string kernel, target;  ///< of the PTX that it came from, e.g. "sm_80"
    unsigned blocks, threads;
    void *stream, *context;
    uint64_t first[2];  ///< of the arguments, addresses
};

struct interpreted_cuda {
    std::mutex lock;
    bool forgetful = false;            ///< it remembers and executes nothing, and so allocates nothing
    std::map<std::string, int> fails;  ///< by function: the error that it returns
    int calls_to_failure = 0;          ///< so many calls from now on one fails; 0: none
    std::string failed;                ///< the function that failed so
    std::map<std::string, int> calls;
    std::vector<recorded_launch> launches;
    std::vector<int> capabilities = {90, 75};  ///< of its devices
    std::string problem;                       ///< why the last launch or module failed
    std::vector<std::string> modules;          ///< their PTX, in the order of loading
    /// Puts other PTX in a module's place; false where it is none. Devices that failed work again.
    bool (*replace)(size_t module, const std::string &ptx);
};

/// The driver's own, found with dlsym as "slopewise_interpreted_cuda".
using interpreted_cuda_function = interpreted_cuda *();

/// The name of its devices.
constexpr char interpreter_name[] = "a PTX interpreter";

}  // namespace slopewise::test
