// What each operation takes, and which kernels do it.
#pragma once

#include <algorithm>

#include "slopewise/signatures.hpp"
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

/// The kernels of an operation. Of most, one does all.
struct kernel_set {
    kernel plain;                            ///< over rows; for random operations, over one run
    kernel run_short;                        ///< random operations: the same for short runs
    kernel drawn;                            ///< random operations: over rows, with draws given
    kernel noise, noise_short, noise_drawn;  ///< rrelu with noise written
};

struct operation_info : kernel_set {
    operation id;
    pattern use;      ///< of rrelu without noise
    bool arithmetic;  ///< or on bits alone, but for f64
    const char *name;
    bool random, has_u8, has_integers;
    int inputs, outputs;  ///< tensors that a call reads and writes, without noise; a concatenation's long one counts as two

    bool supports(dtype t) const {
        if (t <= dtype::f64) return true;
        return t == dtype::u8 ? has_u8 : t <= dtype::i64 && has_integers;
    }
    /// Whether the floating-point environment matters to its kernels.
    bool needs_environment(dtype t) const { return arithmetic || t == dtype::f64; }
};

/// What integers take is work on bits; all the rest stands in the signature.
constexpr operation_info described(operation id, pattern use, kernel_set kernels) {
    const signature &s = signatures[static_cast<int>(id)];
    bool is_long_input = s.concatenates() && s.long_one < s.inputs, is_long_output = s.concatenates() && !is_long_input;
    bool integers = s.has(signature::integers);
    return {
        kernels,           id, use, !integers, s.name, s.has(signature::random), s.has(signature::u8), integers, s.inputs + is_long_input,
        1 + is_long_output};
}

constexpr operation_info on_rows(operation id, pattern use, kernel k) { return described(id, use, {k, k, k, k, k, k}); }

// A row for each signature, in their order.
inline constexpr operation_info operations[] = {
    on_rows(operation::relu, pattern::copy, kernel::relu),
    on_rows(operation::relu_backward, pattern::gradient, kernel::relu_backward),
    on_rows(operation::leaky_relu, pattern::copy, kernel::leaky_relu),
    on_rows(operation::leaky_relu_backward, pattern::gradient, kernel::leaky_relu_backward),
    described(operation::rrelu, pattern::random,
              {kernel::rrelu, kernel::rrelu_short, kernel::rrelu_drawn, kernel::rrelu_noise, kernel::rrelu_noise_short,
               kernel::rrelu_noise_drawn}),
    on_rows(operation::rrelu_eval, pattern::copy, kernel::leaky_relu),
    described(operation::rrelu_backward, pattern::random_gradient,
              {kernel::rrelu_backward, kernel::rrelu_backward_short, kernel::rrelu_backward_drawn, kernel::rrelu_backward,
               kernel::rrelu_backward_short, kernel::rrelu_backward_drawn}),
    on_rows(operation::rrelu_backward_noise, pattern::gradient, kernel::rrelu_backward_noise),
    on_rows(operation::crelu, pattern::concatenation, kernel::crelu),
    on_rows(operation::crelu_backward, pattern::concatenation_gradient, kernel::crelu_backward),
};

constexpr int operation_count = sizeof(operations) / sizeof(operations[0]);

constexpr bool rows_stand_in_their_place() {
    int at = 0;
    for (const operation_info &row : operations) {
        if (static_cast<int>(row.id) != at++) return false;
    }
    return at == sizeof(signatures) / sizeof(signatures[0]);
}
static_assert(rows_stand_in_their_place(), "enumerators, rows and slopewise/signatures.hpp list the same operations in one order");

/// Bytes that a call on so many elements of each operand reads and writes; as good as any number beyond 2^60.
inline int64_t traffic(int64_t elements, int64_t itemsize, int operands) {
    constexpr int64_t most = int64_t{1} << 54;  // times 8 bytes and 4 operands
    return std::min(elements, most) * itemsize * operands;
}

inline const operation_info &info(operation op) { return operations[static_cast<int>(op)]; }

/// By its name on the command line; null if there is none.
const operation_info *find_operation(const char *name);

}  // namespace slopewise
