#pragma once

#include "gpu/cuda_driver.h"
#include "gpu/launch.h"

namespace slopewise::cuda {

/// Launches of one call, on the primary context of a device and the caller's stream. The context that was current before
/// is current again afterwards.
class call : public launch {
public:
    call(const char *op, dtype type, int device, void *stream);
    ~call();
    call(const call &) = delete;
    call &operator=(const call &) = delete;

    void run(void *kernel, const kernel_arguments &arguments);
    void fail_with(const char *what, result r);

private:
    function loaded(void *kernel, const char *name);
    void make_current();

    const driver &d;
    int device;
    cuda::stream stream;
    bool pushed = false;
};

}  // namespace slopewise::cuda
