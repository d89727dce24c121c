// One call of a generated kernel.
#pragma once

#include "request/random_state.h"
#include "table/kernel_buffer.h"
#include "tensor/plan.h"

namespace slopewise {

/// Rows of contiguous elements: what a kernel works on.
struct rows {
    char *data;
    int64_t row_stride;  ///< in bytes
};

/// A kernel of rows on one run: the first operand, the slope if there is one, the others. Inline: small calls feel every
/// instruction.
inline void call_rows(kernel_function f, char *const *data, int operands, int64_t n, const double *slope) {
    kernel_buffer buffers[max_tensors];
    void *arguments[max_tensors + 1];
    int count = 0;
    for (int o = 0; o < operands; o++) {
        buffers[o].set(data[o], 0, n, 1);
        arguments[count++] = &buffers[o].buffer;
        if (o == 0 && slope) arguments[count++] = const_cast<double *>(slope);
    }
    (void)f(arguments);  // without asserts kernels return 0, always
}

/// A kernel of random operations on a run that begins `block`.
inline void call_random(kernel_function f, char *const *data, int operands, int64_t n, const random_state &random, uint64_t block) {
    const slopewise_slopes &s = random.slopes;
    kernel_buffer buffers[max_tensors];
    const void *arguments[max_tensors + 7];
    arguments[0] = &buffers[0].buffer;
    arguments[1] = &s.low;
    arguments[2] = &s.width;
    arguments[3] = &s.shift;
    arguments[4] = &s.scale;
    arguments[5] = &random.seed;
    arguments[6] = &random.stream;
    arguments[7] = &block;
    buffers[0].set(data[0], n);
    for (int o = 1; o < operands; o++) {
        buffers[o].set(data[o], n);
        arguments[o + 7] = &buffers[o].buffer;
    }
    (void)f(const_cast<void **>(arguments));
}

/// What a kernel takes: the first input, draws, scalars, the other inputs, outputs, in this order.
struct kernel_call {
    kernel_function function;
    int itemsize;
    int operands;
    const double *slope = nullptr;
    const random_state *random = nullptr;
    uint64_t block = 0;  ///< of a random run: its first block

    /// `count` rows of `extent` elements; random operations take a row of draws for each.
    void on_rows(const rows *data, const rows *draws, int64_t extent, int64_t count) const;

    /// One run of n elements; of a random operation, a run that begins `block`.
    void on_run(char *const *data, int64_t n) const;
};

}  // namespace slopewise
