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
