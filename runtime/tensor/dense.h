// The common call, recognised in one pass over its tensors.
#pragma once

#include "request/request.h"
#include "table/registry.h"

namespace slopewise {

/// One contiguous run: the elements of every operand follow each other, and so do their random indices.
struct dense_run {
    char *data[max_tensors];
    uint64_t index;
    int64_t n;

    /// Past so many elements of `operands` operands.
    void advance(int64_t elements, int operands, int itemsize) {
        for (int o = 0; o < operands; o++) data[o] += elements * itemsize;
        index += uint64_t(elements);
        n -= elements;
    }
};

/// Whether a request is plainly right and dense: CPU tensors of one type and shape in row-major order, whose bytes are
/// disjoint or exactly in place, with the tensor's own index strides. Sets no message: what is false here may still be
/// right, or wrong in a way that check() finds. Says nothing of slopes and bounds.
bool is_dense(const request &r, dtype &type, dense_run &run);

}  // namespace slopewise
