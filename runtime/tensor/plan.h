// The iteration space of a call: few dimensions, the innermost the one in which the output is densest.
#pragma once

#include "request/request.h"
#include "tensor/view.h"

namespace slopewise {

/// The random index of a call's first element, of tensors on a CPU.
inline uint64_t first_index(const slopewise_rrelu_params &p) { return p.offset + (p.key ? 8 * p.key[2] : 0); }

struct operand {
    char *data;
    void *buffer;  ///< of OpenCL: what `data` is an offset into; else null
    bool written;
    int64_t stride[max_dims];  ///< in bytes
};

struct space {
    int ndim;
    int operands;
    int itemsize;
    dtype type;
    bool random;
    int64_t extent[max_dims];
    uint64_t index_stride[max_dims];  ///< of the random index, mod 2^64
    uint64_t index;                   ///< of the first element; less the key's part on a GPU, which reads it itself
    operand operand_of[max_tensors];  ///< inputs first; crelu's long tensor stands as two

    int64_t elements() const {
        int64_t n = 1;
        for (int d = 0; d < ndim; d++) n *= extent[d];
        return n;
    }
    /// It decides the order in memory.
    const operand &first_output() const {
        int o = 0;
        while (!operand_of[o].written) o++;
        return operand_of[o];
    }
};

/// The space of a checked request that is not empty: dimensions of extent 1 dropped, negative strides turned, the
/// others sorted by the output's stride and joined wherever every tensor allows it. Always at least one dimension, the
/// last being the innermost.
void make_space(const request &r, space &s);

}  // namespace slopewise
