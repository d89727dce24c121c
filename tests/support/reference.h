// What each kernel must give for one element: the line to write for a new operation.
#pragma once

#include "numbers.h"
#include "slope_reference.h"

namespace slopewise::test {

/// Inputs in the kernel's order, the slope that applies, and results.
struct element {
    dtype type;
    uint64_t in[3];
    double slope;  ///< leaky: the argument; random: this element's
    uint64_t out[2];
    bool arithmetic[2] = {false, false};  ///< a NaN there may have any payload

    double value(int i) const { return value_of(type, in[i]); }
    void pass(int o, uint64_t bits) { out[o] = bits; }
    void compute(int o, double result) {
        out[o] = rounded(type, result);
        arithmetic[o] = true;
    }
    void scale(int o, int i, double by) { compute(o, product(type, value(i), by)); }
};

inline int64_t integer_value(dtype t, uint64_t bits) {
    int shift = 64 - 8 * size_of(t);
    return int64_t(bits << shift) >> shift;
}

/// relu of bits: NaN and -0 pass.
inline uint64_t relu_bits(dtype t, uint64_t bits) {
    if (t == dtype::u8) return bits;
    bool negative = is_float(t) ? value_of(t, bits) < 0 : integer_value(t, bits) < 0;
    return negative ? 0 : bits;
}

inline uint64_t negated_bits(dtype t, uint64_t bits) {
    int width = 8 * size_of(t);
    if (is_float(t)) return bits ^ uint64_t { 1 } << (width - 1);
    return (0 - bits) & (width == 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1);
}

inline void relu(element &e) { e.pass(0, relu_bits(e.type, e.in[0])); }

inline void relu_backward(element &e) { e.pass(0, e.value(1) <= 0 ? 0 : e.in[0]); }

inline void leaky_relu(element &e) { e.value(0) <= 0 ? e.scale(0, 0, e.slope) : e.pass(0, e.in[0]); }

inline void leaky_relu_backward(element &e) { e.value(1) > 0 ? e.pass(0, e.in[0]) : e.scale(0, 0, e.slope); }

inline void rrelu_noise(element &e) {
    leaky_relu(e);
    e.out[1] = rounded(e.type, e.value(0) <= 0 ? e.slope : 1.0);
}

inline void rrelu_backward(element &e) { e.value(1) <= 0 ? e.scale(0, 0, e.slope) : e.pass(0, e.in[0]); }

inline void rrelu_backward_noise(element &e) { e.scale(0, 0, e.value(1)); }

inline void crelu(element &e) {
    e.pass(0, relu_bits(e.type, e.in[0]));
    e.pass(1, relu_bits(e.type, negated_bits(e.type, e.in[0])));
}

/// Inputs: the gradients of both halves, then x.
inline void crelu_backward(element &e) {
    double first = e.value(2) <= 0 ? 0 : e.value(0), second = -e.value(2) <= 0 ? 0 : e.value(1);
    e.compute(0, difference(e.type, first, second));
}

/// The same by the names of operations; with its noise, rrelu is one of its own.
struct operation_reference {
    const char *name;
    void (*element)(test::element &);
};
constexpr operation_reference operation_references[] = {
    {"relu", relu},
    {"relu_backward", relu_backward},
    {"leaky_relu", leaky_relu},
    {"leaky_relu_backward", leaky_relu_backward},
    {"rrelu", leaky_relu},
    {"rrelu_noise", rrelu_noise},
    {"rrelu_eval", leaky_relu},
    {"rrelu_backward", rrelu_backward},
    {"rrelu_backward_noise", rrelu_backward_noise},
    {"crelu", crelu},
    {"crelu_backward", crelu_backward},
};

struct kernel_reference {
    kernel id;
    int inputs, outputs;
    void (*element)(test::element &);
    enum { no_slope, fixed_slope, random_run, random_rows } slopes;
    bool in_place;
};

constexpr kernel_reference kernel_references[] = {
    {kernel::relu, 1, 1, relu, kernel_reference::no_slope, true},
    {kernel::relu_backward, 2, 1, relu_backward, kernel_reference::no_slope, true},
    {kernel::leaky_relu, 1, 1, leaky_relu, kernel_reference::fixed_slope, true},
    {kernel::leaky_relu_backward, 2, 1, leaky_relu_backward, kernel_reference::fixed_slope, true},
    {kernel::crelu, 1, 2, crelu, kernel_reference::no_slope, false},
    {kernel::crelu_backward, 3, 1, crelu_backward, kernel_reference::no_slope, false},
    {kernel::rrelu, 1, 1, leaky_relu, kernel_reference::random_run, true},
    {kernel::rrelu_short, 1, 1, leaky_relu, kernel_reference::random_run, true},
    {kernel::rrelu_noise, 1, 2, rrelu_noise, kernel_reference::random_run, true},
    {kernel::rrelu_noise_short, 1, 2, rrelu_noise, kernel_reference::random_run, true},
    {kernel::rrelu_backward, 2, 1, rrelu_backward, kernel_reference::random_run, true},
    {kernel::rrelu_backward_short, 2, 1, rrelu_backward, kernel_reference::random_run, true},
    {kernel::rrelu_keyed, 1, 1, leaky_relu, kernel_reference::random_run, true},
    {kernel::rrelu_noise_keyed, 1, 2, rrelu_noise, kernel_reference::random_run, true},
    {kernel::rrelu_backward_keyed, 2, 1, rrelu_backward, kernel_reference::random_run, true},
    {kernel::rrelu_backward_noise, 2, 1, rrelu_backward_noise, kernel_reference::no_slope, true},
    {kernel::rrelu_drawn, 1, 1, leaky_relu, kernel_reference::random_rows, true},
    {kernel::rrelu_noise_drawn, 1, 2, rrelu_noise, kernel_reference::random_rows, true},
    {kernel::rrelu_backward_drawn, 2, 1, rrelu_backward, kernel_reference::random_rows, true},
};

/// Whatever its kind of stores.
inline const kernel_reference *reference_of(kernel k) {
    for (const kernel_reference &r : kernel_references) {
        if (r.id == kernel_forms[int(k)][int(stores::plain)]) return &r;
    }
    return nullptr;
}

/// Equal bytes, but a NaN that arithmetic made may be any NaN.
inline bool agrees(const element &e, int o, uint64_t got) {
    return got == e.out[o] || (e.arithmetic[o] && is_nan(e.type, e.out[o]) && is_nan(e.type, got));
}

}  // namespace slopewise::test
