// How elements are stored and what they are computed in: f16 and bf16 are kept as bits, tested as integers,
// widened to float for arithmetic and rounded back explicitly, so that every target computes the same bytes.
#pragma once

#include <Halide.h>

namespace slopewise::halide {

using Halide::BFloat, Halide::Expr, Halide::Float, Halide::Type, Halide::UInt;
using Halide::cast, Halide::min, Halide::reinterpret, Halide::select, Halide::strict_float;

inline bool is_half(Type t) { return t.is_bfloat() || (t.is_float() && t.bits() == 16); }

/// The type that arithmetic on `t` happens in: double for double, float for every other float.
inline Type computing_type(Type t) { return t == Float(64) ? t : Float(32); }

/// The type that a buffer of `t` is declared with. Halide's own 16-bit floats lose NaNs when it emulates them.
inline Type stored_type(Type t) { return is_half(t) ? UInt(16) : t; }

/// The bits of an expression. What is selected becomes bits before the selection: a 16-bit float is never seen by code
/// generators without such a type, and x, if it is selected beside x * slope, is never multiplied by one, which would
/// quiet a signalling NaN.
inline Expr bits(const Expr &x) {
    if (const auto *choice = x.as<Halide::Internal::Select>())
        return select(choice->condition, bits(choice->true_value), bits(choice->false_value));
    const auto *same = x.as<Halide::Internal::Reinterpret>();
    return same && same->value.type() == UInt(x.type().bits()) ? same->value : reinterpret(UInt(x.type().bits()), x);
}

inline Expr load(Expr stored, Type t) { return is_half(t) ? reinterpret(t, std::move(stored)) : stored; }
inline Expr store(const Expr &value) { return is_half(value.type()) ? bits(value) : value; }

namespace detail {

inline Expr u16(int v) { return Expr(static_cast<uint16_t>(v)); }
inline Expr u32(uint32_t v) { return Expr(v); }

/// Constants of the type that holds t's bits.
inline Expr sign_bit(Type t) { return cast(UInt(t.bits()), Expr(uint64_t{1} << (t.bits() - 1))); }
inline Expr infinity_bits(Type t) {
    uint64_t infinity = t.is_bfloat() ? 0x7f80 : t.bits() == 16 ? 0x7c00 : t.bits() == 32 ? 0x7f800000 : 0x7ff0000000000000;
    return cast(UInt(t.bits()), Expr(infinity));
}
inline Expr one_bit(Type t) { return cast(UInt(t.bits()), 1); }

// Subnormals go through an exact integer-to-float conversion, so no float subnormal is ever formed.
inline Expr widen_f16_bits(const Expr &h) {
    Expr wide = cast<uint32_t>(h), magnitude = wide & u32(0x7fff);
    Expr rebias = select(magnitude >= u32(0x7c00), u32(224u << 23), u32(112u << 23));
    Expr tiny = bits(strict_float(cast<float>(cast<int32_t>(magnitude)) * Expr(0x1p-24f)));
    Expr value = select(magnitude < u32(0x0400), tiny, (magnitude << 13) + rebias);
    return reinterpret<float>(value | ((wide & u32(0x8000)) << 16));
}

/// The f16 bits of a float's magnitude where those are subnormal: adding 0.5 lets the float adder round at the right place.
inline Expr tiny_f16(const Expr &magnitude) { return bits(strict_float(reinterpret<float>(magnitude) + Expr(0.5f))) - u32(0x3f000000); }

/// The same in integers, where a compiler might contract the addition with the product before it.
inline Expr tiny_f16_in_integers(const Expr &magnitude) {
    Expr significand = (magnitude & u32(0x7fffff)) | u32(0x800000), shift = min(u32(126) - (magnitude >> 23), u32(31));
    Expr below_half = (u32(1) << (shift - u32(1))) - u32(1);
    return (significand + below_half + ((significand >> shift) & u32(1))) >> shift;
}

inline Expr narrow_f16_bits(const Expr &f, bool in_integers) {
    Expr wide = bits(f), magnitude = wide & u32(0x7fffffff), odd = (magnitude >> 13) & u32(1);
    Expr tiny = in_integers ? tiny_f16_in_integers(magnitude) : tiny_f16(magnitude);
    Expr normal = (magnitude - u32(112u << 23) + u32(0xfff) + odd) >> 13;
    Expr large = select(magnitude > u32(0x7f800000), u32(0x7e00), u32(0x7c00));
    Expr value = select(magnitude >= u32(143u << 23), large, magnitude < u32(113u << 23), tiny, normal);
    return cast<uint16_t>(value | ((wide >> 16) & u32(0x8000)));
}

inline Expr narrow_bf16_bits(const Expr &f) {
    Expr wide = bits(f);
    Expr rounded = (wide + u32(0x7fff) + ((wide >> 16) & u32(1))) >> 16;
    Expr quiet = (wide >> 16) | u32(0x40);
    return cast<uint16_t>(select((wide & u32(0x7fffffff)) > u32(0x7f800000), quiet, rounded));
}

}  // namespace detail

/// How a target treats elements. `native_f16`: by its own f16 instructions (F16C on x86); without it the conversion is
/// integer code that is right everywhere. `integers`: no float is compared or added but where the contract adds, on
/// targets whose compilers take liberties; signs and zeros are found on bits.
struct conversions {
    bool native_f16 = false;
    bool integers = false;

    bool tests_bits(Type t) const { return is_half(t) || (integers && t.is_float()); }

    Expr widen(const Expr &x) const {
        if (x.type().is_bfloat()) return reinterpret<float>(cast<uint32_t>(bits(x)) << 16);
        if (!is_half(x.type())) return x;
        return native_f16 ? cast<float>(x) : detail::widen_f16_bits(bits(x));
    }

    /// To nearest even; a NaN stays a NaN.
    Expr narrow(const Expr &value, Type t) const {
        if (t.is_bfloat()) return reinterpret(t, detail::narrow_bf16_bits(value));
        if (!is_half(t)) return value;
        return native_f16 ? cast(t, value) : reinterpret(t, detail::narrow_f16_bits(value, integers));
    }
};

// Comparisons with zero, false for NaN. Float `<=` inside strict_float takes NaN lanes on x86 (Halide 21), so it is
// spelt as two; on bits one unsigned range test does it.

/// x < 0, so false for -0. On the bits, where vectors compare them well: then ReLU does without the floating-point
/// environment. Less one, the negative numbers are the least of the signed integers, and -0 the greatest.
inline Expr is_negative(const Expr &x, conversions c = {}) {
    Type t = x.type();
    if (c.tests_bits(t)) return bits(x) - (detail::sign_bit(t) + detail::one_bit(t)) < detail::infinity_bits(t);
    if (t == Float(32)) return reinterpret<int32_t>(bits(x) - detail::u32(1)) < Expr(int32_t(0xff800000u));
    return strict_float(x < cast(t, 0));
}

inline Expr is_positive(const Expr &x, conversions c = {}) {
    Type t = x.type();
    if (c.tests_bits(t)) return bits(x) - detail::one_bit(t) < detail::infinity_bits(t);
    return strict_float(x > cast(t, 0));
}

/// x <= 0, zeros of both signs included.
inline Expr is_nonpositive(const Expr &x, conversions c = {}) {
    Type t = x.type();
    if (c.tests_bits(t)) return bits(x) == cast(UInt(t.bits()), 0) || bits(x) - detail::sign_bit(t) <= detail::infinity_bits(t);
    Expr zero = cast(t, 0);
    return strict_float(x < zero || x == zero);
}

inline Expr zero_of(Type t) { return is_half(t) ? reinterpret(t, detail::u16(0)) : cast(t, 0); }

}  // namespace slopewise::halide
