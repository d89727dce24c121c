// The OpenCL of the tests that look at calls: it executes nothing, and remembers what it was told. What a test sees of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace slopewise::test {

struct recorded_enqueue {
    void *queue;
    std::string kernel;
    size_t all, group;                            ///< threads
    std::vector<std::vector<uint8_t>> arguments;  ///< empty for local memory
};

struct recorded_opencl {
    std::mutex lock;
    std::map<uint32_t, uint64_t> device_info;  ///< what clGetDeviceInfo answers
    size_t work_group_size = 256;
    void *host_pointer = nullptr;  ///< of every buffer
    int calls_to_failure = 0;      ///< so many calls from now on one fails; 0: none
    std::string failed;            ///< the function that failed so
    std::string problem;           ///< what another OpenCL would have refused
    std::map<std::string, int> calls;
    std::vector<recorded_enqueue> enqueued;
    int programs = 0, kernels = 0;  ///< that are not released
};

/// Its own, found with dlsym as "slopewise_recorded_opencl".
using recorded_opencl_function = recorded_opencl *();

}  // namespace slopewise::test
