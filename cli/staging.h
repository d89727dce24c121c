#pragma once

#include <memory>
#include <vector>

#include "devices/device.h"
#include "files.h"

namespace slopewise::cli {

/// Arrays of files as tensors on a device, for as long as an object of this lives.
class staging {
public:
    explicit staging(const std::string &kind) : device(devices::open(kind)), stream(device->new_stream()) {}
    ~staging();
    staging(const staging &) = delete;
    staging &operator=(const staging &) = delete;

    void bring(array_file &file, bool with_contents);
    void finish() { device->finish(stream); }
    /// Into the file's own memory.
    void fetch(array_file &file);

    std::unique_ptr<devices::device> device;
    void *const stream;

private:
    struct moved {
        DLTensor *tensor;
        void *host;
    };
    std::vector<moved> all;
};

}  // namespace slopewise::cli
