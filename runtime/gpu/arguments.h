// The arguments of a GPU kernel.
#pragma once

#include "request/random_state.h"
#include "table/kernel_buffer.h"

namespace slopewise {

/// A tensor of a launch: an address, or on OpenCL a buffer and an offset into it. Rows are `row_stride` bytes apart.
struct gpu_tensor {
    char *data;
    void *buffer;
    int64_t row_stride;
};

/// One launch of a kernel: over n elements, or rows of as many.
struct gpu_launch {
    kernel_function function;
    device_kind device;
    dtype type;
    bool wide;
    bool has_rows;
    int operands, first_output;
    gpu_tensor tensors[max_tensors];
    int64_t n, rows;
    const double *slope;         ///< of leaky ReLU, or null
    const random_state *random;  ///< or null
    const uint64_t *key;         ///< in place of seed and stream, or null
    uint64_t index;              ///< of the first element
};

/// Calls the kernel's generated code; `user` is what it hands to the launching functions.
void call_kernel(const gpu_launch &l, void *user);

}  // namespace slopewise
