// Memory and streams of a GPU, for programs that bring their own tensors to it: the library itself copies nothing.
#pragma once

#include <dlpack/dlpack.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace slopewise::devices {

/// Everything throws std::runtime_error where the driver fails.
class device {
public:
    virtual ~device() = default;
    device() = default;
    device(const device &) = delete;
    device &operator=(const device &) = delete;

    virtual std::string name() const = 0;
    virtual DLDevice dlpack() const = 0;
    /// A device address, or a cl_mem.
    virtual void *allocate(size_t bytes) = 0;
    virtual void release(void *memory) = 0;
    virtual void upload(void *to, const void *from, size_t bytes) = 0;
    virtual void download(void *to, void *from, size_t bytes) = 0;
    /// On the device, in a stream.
    virtual void copy(void *to, void *from, size_t bytes, void *stream) = 0;
    /// A CUstream or cl_command_queue that lives as long as this.
    virtual void *new_stream() = 0;
    virtual void finish(void *stream) = 0;
};

/// The names of all devices of a kind, "cuda" or "opencl"; none where there is no driver.
std::vector<std::string> names(const std::string &kind);

/// CUDA: the first device. OpenCL: the first whose platform's and whose own name contain what SLOPEWISE_OPENCL_PLATFORM and
/// SLOPEWISE_OPENCL_DEVICE say.
std::unique_ptr<device> open(const std::string &kind);

}  // namespace slopewise::devices
