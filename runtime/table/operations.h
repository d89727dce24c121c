// What each operation takes, and which kernels do it.
#pragma once

#include <algorithm>

#include "table/registry.h"

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

/// How an operation uses memory and time: what decides when other stores and more threads pay.
enum class pattern { copy, gradient, concatenation, concatenation_gradient, random, random_noise, random_gradient };
constexpr const char *pattern_names[] = {"copy",   "gradient",     "concatenation",  "concatenation_gradient",
                                         "random", "random_noise", "random_gradient"};
constexpr int pattern_count = sizeof(pattern_names) / sizeof(pattern_names[0]);

struct operation_info {
    const char *name;
    pattern use;                             ///< of rrelu without noise
    kernel plain;                            ///< over rows; for random operations, over one run
    kernel run_short;                        ///< random operations: the same for short runs
    kernel drawn;                            ///< random operations: over rows, with draws given
    kernel noise, noise_short, noise_drawn;  ///< rrelu with noise written
    bool random;
    bool arithmetic;  ///< or on bits alone, but for f64
    bool has_u8, has_integers;
    int inputs, outputs;  ///< tensors that a call reads and writes, for traffic

    bool supports(dtype t) const {
        if (t <= dtype::f64) return true;
        return t == dtype::u8 ? has_u8 : t <= dtype::i64 && has_integers;
    }
    /// Whether the floating-point environment matters to its kernels.
    bool needs_environment(dtype t) const { return arithmetic || t == dtype::f64; }
};

// What integers take is work on bits.
constexpr operation_info simple_operation(const char *name, pattern use, kernel k, int inputs, int outputs, bool integers = false,
                                          bool u8 = false) {
    return {name, use, k, k, k, k, k, k, false, !integers, u8, integers, inputs, outputs};
}

// In the order of the enumeration.
inline constexpr operation_info operations[] = {
    simple_operation("relu", pattern::copy, kernel::relu, 1, 1, true, true),
    simple_operation("relu_backward", pattern::gradient, kernel::relu_backward, 2, 1),
    simple_operation("leaky_relu", pattern::copy, kernel::leaky_relu, 1, 1),
    simple_operation("leaky_relu_backward", pattern::gradient, kernel::leaky_relu_backward, 2, 1),
    {"rrelu", pattern::random, kernel::rrelu, kernel::rrelu_short, kernel::rrelu_drawn, kernel::rrelu_noise, kernel::rrelu_noise_short,
     kernel::rrelu_noise_drawn, true, true, false, false, 1, 1},
    simple_operation("rrelu_eval", pattern::copy, kernel::leaky_relu, 1, 1),
    {"rrelu_backward", pattern::random_gradient, kernel::rrelu_backward, kernel::rrelu_backward_short, kernel::rrelu_backward_drawn,
     kernel::rrelu_backward, kernel::rrelu_backward_short, kernel::rrelu_backward_drawn, true, true, false, false, 2, 1},
    simple_operation("rrelu_backward_noise", pattern::gradient, kernel::rrelu_backward_noise, 2, 1),
    simple_operation("crelu", pattern::concatenation, kernel::crelu, 1, 2, true),
    simple_operation("crelu_backward", pattern::concatenation_gradient, kernel::crelu_backward, 3, 1),
};

constexpr int operation_count = sizeof(operations) / sizeof(operations[0]);

/// Bytes that a call on so many elements of each operand reads and writes; as good as any number beyond 2^60.
inline int64_t traffic(int64_t elements, int64_t itemsize, int operands) {
    constexpr int64_t most = int64_t{1} << 54;  // times 8 bytes and 4 operands
    return std::min(elements, most) * itemsize * operands;
}

inline const operation_info &info(operation op) { return operations[static_cast<int>(op)]; }

/// By its name on the command line; null if there is none.
const operation_info *find_operation(const char *name);

}  // namespace slopewise
