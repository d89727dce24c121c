// The element functions of Slopewise: maths only, no scheduling. Tensors of f16 and bf16 are expressions of
// Halide's Float(16) and BFloat(16); see storage.h for how they are loaded.
#pragma once

#include "storage.h"

namespace slopewise::halide {

/// A product rounded to nearest even, never re-associated or contracted (without strict_float LLVM forms
/// (x * scale) * s, which is wrong for subnormals; it costs nothing).
inline Expr product(const Expr &a, const Expr &b) { return strict_float(a * b); }

/// x < 0 ? +0 : x. NaN and -0 pass; unsigned integers pass unchanged.
inline Expr relu(const Expr &x, conversions c = {}) {
    if (x.type().is_uint()) return x;
    return select(is_negative(x, c), zero_of(x.type()), x);
}

/// saved <= 0 ? +0 : grad. `saved` is relu's input or its output.
inline Expr relu_backward(const Expr &grad, const Expr &saved, conversions c = {}) {
    return select(is_nonpositive(saved, c), zero_of(grad.type()), grad);
}

/// x * factor in the computing type, rounded back to x's type. `factor` is of the computing type.
inline Expr scaled(const Expr &x, const Expr &factor, conversions c = {}) { return c.narrow(product(c.widen(x), factor), x.type()); }

/// x <= 0 ? x * slope : x. Also training RReLU, with the random slope of each element.
inline Expr leaky_relu(const Expr &x, const Expr &slope, conversions c = {}) {
    return select(is_nonpositive(x, c), scaled(x, slope, c), x);
}

/// saved > 0 ? grad : grad * slope: a NaN in `saved` scales.
inline Expr leaky_relu_backward(const Expr &grad, const Expr &saved, const Expr &slope, conversions c = {}) {
    return select(is_positive(saved, c), grad, scaled(grad, slope, c));
}

/// saved <= 0 ? grad * slope : grad: a NaN in `saved` passes the gradient.
inline Expr rrelu_backward(const Expr &grad, const Expr &saved, const Expr &slope, conversions c = {}) {
    return select(is_nonpositive(saved, c), scaled(grad, slope, c), grad);
}

/// x <= 0 ? slope : 1, in x's type: what PyTorch calls the noise.
inline Expr rrelu_noise(const Expr &x, const Expr &slope, conversions c = {}) {
    Expr one = cast(computing_type(x.type()), 1);
    return select(is_nonpositive(x, c), c.narrow(slope, x.type()), c.narrow(one, x.type()));
}

/// -x: the sign bit flipped, of NaN and zero too; the most negative integer is its own negation.
inline Expr negated(const Expr &x) {
    Type t = x.type();
    if (t.is_int()) return cast(t, cast(UInt(t.bits()), 0) - cast(UInt(t.bits()), x));
    Expr sign = cast(UInt(t.bits()), 1) << (t.bits() - 1);
    return reinterpret(t, bits(x) ^ sign);
}

/// relu_backward(grad_first, x) - relu_backward(grad_second, -x), one subtraction, one rounding.
inline Expr crelu_backward(const Expr &grad_first, const Expr &grad_second, const Expr &x, conversions c = {}) {
    Expr first = c.widen(relu_backward(grad_first, x, c));
    Expr second = c.widen(relu_backward(grad_second, negated(x), c));
    return c.narrow(strict_float(first - second), x.type());
}

}  // namespace slopewise::halide
