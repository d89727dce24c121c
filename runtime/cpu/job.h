// What a call does to its elements, wherever they lie.
#pragma once

#include "cpu/call.h"
#include "dispatch/dispatch.h"
#include "table/operations.h"

namespace slopewise {

struct job {
    const variant &kernels;
    const operation_info &op;
    dtype type;
    int itemsize;
    int operands;                ///< as the kernel counts them: crelu's long tensor is two
    int first_output;            ///< of the operands
    bool noise;                  ///< rrelu writes it
    const double *slope;         ///< of leaky ReLU, or null
    const random_state *random;  ///< of random operations, or null
    stores kind = stores::plain;

    kernel_function plain() const { return kernels.function(noise ? op.noise : op.plain, type); }
    kernel_function run_short() const { return kernels.function(noise ? op.noise_short : op.run_short, type); }
    kernel_function drawn() const { return kernels.function(noise ? op.noise_drawn : op.drawn, type); }
    /// The plain kernel with this job's kind of stores.
    kernel_function stored() const { return stored(kind); }
    kernel_function stored(stores of) const { return kernels.function(noise ? op.noise : op.plain, type, of); }

    pattern use() const { return noise ? pattern::random_noise : op.use; }

    int64_t bytes(int64_t elements) const { return traffic(elements, itemsize, operands); }

    /// What choices go by; random numbers cost the same in every type.
    int64_t size(int64_t elements) const { return op.random ? elements : as_f32(elements, itemsize); }

    kernel_call call(kernel_function f) const { return {f, itemsize, operands, slope, random}; }
};

}  // namespace slopewise
