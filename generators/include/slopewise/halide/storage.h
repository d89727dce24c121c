// How elements are stored and what they are computed in: f16 and bf16 are kept as bits, tested as integers,
// widened to float for arithmetic and rounded back explicitly, so that every target computes the same bytes.
#pragma once

#include <Halide.h>

namespace slopewise::halide {

using Halide::BFloat, Halide::Expr, Halide::Float, Halide::Type, Halide::UInt;
using Halide::cast, Halide::reinterpret, Halide::select, Halide::strict_float;

inline bool is_half(Type t) { return t.is_bfloat() || (t.is_float() && t.bits() == 16); }

/// The type that arithmetic on `t` happens in: double for double, float for every other float.
inline Type computing_type(Type t) { return t == Float(64) ? t : Float(32); }

/// The type that a buffer of `t` is declared with. Halide's own 16-bit floats lose NaNs when it emulates them.
inline Type stored_type(Type t) { return is_half(t) ? UInt(16) : t; }

inline Expr load(Expr stored, Type t) { return is_half(t) ? reinterpret(t, std::move(stored)) : stored; }
inline Expr store(Expr value) { return is_half(value.type()) ? reinterpret(UInt(16), std::move(value)) : value; }

inline Expr bits(const Expr &x) { return reinterpret(UInt(x.type().bits()), x); }

namespace detail {

inline Expr u16(int v) { return Expr(static_cast<uint16_t>(v)); }
inline Expr u32(uint32_t v) { return Expr(v); }
inline Expr infinity_bits(Type t) { return u16(t.is_bfloat() ? 0x7f80 : 0x7c00); }

// Subnormals go through an exact integer-to-float conversion, so no float subnormal is ever formed.
inline Expr widen_f16_bits(const Expr &h) {
    Expr wide = cast<uint32_t>(h), magnitude = wide & u32(0x7fff);
    Expr rebias = select(magnitude >= u32(0x7c00), u32(224u << 23), u32(112u << 23));
    Expr tiny = bits(strict_float(cast<float>(cast<int32_t>(magnitude)) * Expr(0x1p-24f)));
    Expr value = select(magnitude < u32(0x0400), tiny, (magnitude << 13) + rebias);
    return reinterpret<float>(value | ((wide & u32(0x8000)) << 16));
}

inline Expr narrow_f16_bits(const Expr &f) {
    Expr wide = bits(f), magnitude = wide & u32(0x7fffffff), odd = (magnitude >> 13) & u32(1);
    // Adding 0.5 lets the float adder round a subnormal result at the right place.
    Expr tiny = bits(strict_float(reinterpret<float>(magnitude) + Expr(0.5f))) - u32(0x3f000000);
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

/// Conversions between a tensor's type and the type it is computed in. `native_f16` uses the target's own f16
/// instructions (F16C on x86); without it the conversion is integer code that is right everywhere.
struct conversions {
    bool native_f16 = false;

    Expr widen(const Expr &x) const {
        if (x.type().is_bfloat()) return reinterpret<float>(cast<uint32_t>(bits(x)) << 16);
        if (!is_half(x.type())) return x;
        return native_f16 ? cast<float>(x) : detail::widen_f16_bits(bits(x));
    }

    /// To nearest even; a NaN stays a NaN.
    Expr narrow(const Expr &value, Type t) const {
        if (t.is_bfloat()) return reinterpret(t, detail::narrow_bf16_bits(value));
        if (!is_half(t)) return value;
        return native_f16 ? cast(t, value) : reinterpret(t, detail::narrow_f16_bits(value));
    }
};

// Comparisons with zero, false for NaN. Float `<=` inside strict_float takes NaN lanes on x86 (Halide 21), so it is
// spelt as two; on 16-bit floats one unsigned range test does it.

/// x < 0, so false for -0. On the bits, where vectors compare them well: then ReLU does without the floating-point
/// environment. Less one, the negative numbers are the least of the signed integers, and -0 the greatest.
inline Expr is_negative(const Expr &x) {
    if (is_half(x.type())) return bits(x) - detail::u16(0x8001) < detail::infinity_bits(x.type());
    if (x.type() == Float(32)) return reinterpret<int32_t>(bits(x) - detail::u32(1)) < Expr(int32_t(0xff800000u));
    return strict_float(x < cast(x.type(), 0));
}

inline Expr is_positive(const Expr &x) {
    if (is_half(x.type())) return bits(x) - detail::u16(1) < detail::infinity_bits(x.type());
    return strict_float(x > cast(x.type(), 0));
}

/// x <= 0, zeros of both signs included.
inline Expr is_nonpositive(const Expr &x) {
    if (is_half(x.type())) {
        return bits(x) == detail::u16(0) || bits(x) - detail::u16(0x8000) <= detail::infinity_bits(x.type());
    }
    Expr zero = cast(x.type(), 0);
    return strict_float(x < zero || x == zero);
}

inline Expr zero_of(Type t) { return is_half(t) ? reinterpret(t, detail::u16(0)) : cast(t, 0); }

}  // namespace slopewise::halide
