// A planned call, ready to be shared among threads.
#pragma once

#include "dispatch/dispatch.h"
#include "execute/call.h"
#include "tensor/plan.h"

namespace slopewise {

struct job {
    const space &s;
    const variant &kernels;
    const operation_info &op;
    bool noise;           ///< rrelu writes it
    const double *slope;  ///< of leaky ReLU, or null
    random_state random;  ///< of random operations

    kernel_function plain() const { return kernels.function(noise ? op.noise : op.plain, s.type); }
    kernel_function run_short() const { return kernels.function(noise ? op.noise_short : op.run_short, s.type); }
    kernel_function drawn() const { return kernels.function(noise ? op.noise_drawn : op.drawn, s.type); }

    kernel_call call(kernel_function f, int dimensions) const {
        return {f, s.itemsize, s.operands, dimensions, slope, s.random ? &random : nullptr};
    }
};

}  // namespace slopewise
