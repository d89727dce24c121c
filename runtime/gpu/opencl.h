#pragma once

#include <mutex>

#include "gpu/kept_list.h"
#include "gpu/launch.h"
#include "gpu/opencl_driver.h"

namespace slopewise::opencl {

/// A context and one of its devices. What is kept of them keeps the context alive, so its address is not used again.
struct location {
    context in = nullptr;
    device on = nullptr;
    bool operator==(const location &other) const { return in == other.in && on == other.on; }
};

/// A kernel of this build as a context has it.
struct loaded_kernel {
    location key;
    kernel object;
    std::mutex launching;  ///< the object holds the arguments of one launch at a time
    loaded_kernel *next = nullptr;
    loaded_kernel(const location &key, kernel object) : key(key), object(object) {}
};

struct kernel_source {
    const char *text;
    kept_list<loaded_kernel> loaded;
    explicit kernel_source(const char *text) : text(text) {}
};

/// Launches of one call on the caller's queue, or on a queue of Slopewise's own in the buffers' context.
class call : public launch {
public:
    /// `any` is one of the call's buffers.
    call(const char *op, dtype type, void *queue, void *any);
    call(const call &) = delete;
    call &operator=(const call &) = delete;

    void run(kernel_source &source, const kernel_arguments &arguments);
    /// After the last launch: nobody else could wait for a queue of Slopewise's own.
    void finish();
    void fail_with(const char *what, result r, const char *more = "");

private:
    void use_queue(opencl::queue given);
    void use_own_queue(buffer any);
    loaded_kernel *load(const kernel_source &source, const kernel_arguments &a);
    bool takes(kernel k, int threads);
    kernel build(const kernel_source &source, const char *name);
    void enqueue(kernel k, const kernel_arguments &a);

    const driver &d;
    opencl::queue queue = nullptr;
    location where;
    bool own_queue = false;
};

}  // namespace slopewise::opencl
