// What a kernel's launch is told: the user context that the generated code hands on to the functions that it imports.
#pragma once

#include "slopewise/slopewise.h"
#include "table/registry.h"

namespace slopewise {

struct launch {
    const char *op;  ///< for messages
    dtype type;
    /// Kernels are only loaded, so that what can fail has failed before anything is written.
    bool load_only = false;
    slopewise_status status = SLOPEWISE_OK;

    launch(const char *op, dtype type) : op(op), type(type) {}
};

/// What the generated code takes from its caller, in every runtime: kernel arguments as Halide lays them out.
struct kernel_arguments {
    const char *name;
    int blocks, threads;
    const size_t *sizes;  ///< 0 after the last
    void **values;        ///< a halide_buffer_t where is_buffer
    const int8_t *is_buffer;
};

constexpr int max_kernel_arguments = 32;

}  // namespace slopewise
