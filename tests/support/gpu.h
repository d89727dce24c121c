// The device that a test program runs on: the CPU, or the GPU that SLOPEWISE_TEST_DEVICE names.
#pragma once

#include <string>

#include "devices/device.h"
#include "table/registry.h"

namespace slopewise::test {

device_kind test_device();

/// Opened when it is first asked for. Null where there is none, with the reason.
devices::device *test_gpu(std::string *why = nullptr);

/// A copy of host memory on the GPU.
class gpu_copy {
public:
    gpu_copy(void *host, size_t bytes);
    ~gpu_copy();
    gpu_copy(const gpu_copy &) = delete;
    gpu_copy &operator=(const gpu_copy &) = delete;

    void *host() const { return begin; }
    /// A device address, or an OpenCL buffer.
    void *handle() const { return memory; }
    /// Back into the host memory.
    void fetch() const;

private:
    void *begin;
    size_t bytes;
    void *memory;
};

}  // namespace slopewise::test
