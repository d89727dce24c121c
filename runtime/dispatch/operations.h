// What each operation takes, and which kernels do it.
#pragma once

#include "dispatch/registry.h"

namespace slopewise {

enum class operation {
    relu,
    relu_backward,
    leaky_relu,
    leaky_relu_backward,
    rrelu,
    rrelu_eval,
    rrelu_backward,
    rrelu_backward_noise,
    crelu,
    crelu_backward
};

struct operation_info {
    const char *name;
    kernel plain;                            ///< over rows; for random operations, over one run
    kernel run_short;                        ///< random operations: the same for short runs
    kernel drawn;                            ///< random operations: over rows, with draws given
    kernel noise, noise_short, noise_drawn;  ///< rrelu with noise written
    bool random;
    bool has_u8, has_integers;
    int inputs, outputs;  ///< tensors that a call reads and writes, for traffic

    bool supports(dtype t) const {
        if (t <= dtype::f64) return true;
        return t == dtype::u8 ? has_u8 : t <= dtype::i64 && has_integers;
    }
};

const operation_info &info(operation op);

/// By its name on the command line; null if there is none.
const operation_info *find_operation(const char *name);

}  // namespace slopewise
