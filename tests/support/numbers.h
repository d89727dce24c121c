// Elements as bits, and scalar arithmetic on them that shares no code with the generators: exact values in double,
// rounded by hand.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "table/registry.h"

namespace slopewise::test {

struct float_format {
    int precision, min_exponent, max_exponent, bits;
};
constexpr float_format f16_format = {11, -14, 15, 16}, bf16_format = {8, -126, 127, 16};

template <class To, class From>
To bit_cast(From from) {
    static_assert(sizeof(To) == sizeof(From), "");
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

inline double decode(uint64_t bits, const float_format &f) {
    int fraction_bits = f.precision - 1;
    uint64_t fraction = bits & ((uint64_t{1} << fraction_bits) - 1), exponent_mask = (uint64_t{1} << (f.bits - f.precision)) - 1;
    uint64_t exponent = bits >> fraction_bits & exponent_mask;
    double magnitude;
    if (exponent == exponent_mask) {
        magnitude = fraction ? NAN : INFINITY;
    } else if (exponent == 0) {
        magnitude = std::ldexp(double(fraction), f.min_exponent - fraction_bits);
    } else {
        magnitude = std::ldexp(double(fraction) + std::ldexp(1.0, fraction_bits), int(exponent) - f.max_exponent - fraction_bits);
    }
    return bits >> (f.bits - 1) & 1 ? -magnitude : magnitude;
}

/// To nearest even.
inline uint64_t encode(double value, const float_format &f) {
    int fraction_bits = f.precision - 1;
    uint64_t sign = uint64_t(std::signbit(value)) << (f.bits - 1);
    uint64_t infinity = ((uint64_t{1} << (f.bits - f.precision)) - 1) << fraction_bits;
    double magnitude = std::fabs(value);
    if (std::isnan(value)) return sign | infinity | uint64_t{1} << (fraction_bits - 1);
    if (magnitude == 0) return sign;
    int exponent;
    std::frexp(magnitude, &exponent);
    int quantum = std::max(exponent - 1, f.min_exponent) - fraction_bits;
    double units = std::nearbyint(std::ldexp(magnitude, -quantum));  // exact scaling, one rounding
    double rounded = std::ldexp(units, quantum);
    if (rounded >= std::ldexp(1.0, f.max_exponent + 1)) return sign | infinity;
    std::frexp(rounded, &exponent);
    if (rounded < std::ldexp(1.0, f.min_exponent)) return sign | uint64_t(units);
    uint64_t significand = uint64_t(std::ldexp(rounded, fraction_bits - exponent + 1));
    return sign | uint64_t(exponent - 1 + f.max_exponent) << fraction_bits | (significand & ((uint64_t{1} << fraction_bits) - 1));
}

inline bool is_float(dtype t) { return t <= dtype::f64; }

/// The exact value of an element.
inline double value_of(dtype t, uint64_t bits) {
    switch (t) {
        case dtype::f16:
            return decode(bits, f16_format);
        case dtype::bf16:
            return decode(bits, bf16_format);
        case dtype::f32:
            return double(bit_cast<float>(uint32_t(bits)));
        default:
            return bit_cast<double>(bits);
    }
}

/// An arithmetic result in the computing type, rounded to the element's type.
inline uint64_t rounded(dtype t, double in_computing_type) {
    switch (t) {
        case dtype::f16:
            return encode(in_computing_type, f16_format);
        case dtype::bf16:
            return encode(in_computing_type, bf16_format);
        case dtype::f32:
            return bit_cast<uint32_t>(float(in_computing_type));
        default:
            return bit_cast<uint64_t>(in_computing_type);
    }
}

/// a * b in the computing type: double for f64, else float.
inline double product(dtype t, double a, double b) {
    if (t == dtype::f64) return a * b;
    volatile float result = float(a) * float(b);
    return double(result);
}

inline double difference(dtype t, double a, double b) {
    if (t == dtype::f64) return a - b;
    volatile float result = float(a) - float(b);
    return double(result);
}

inline bool is_nan(dtype t, uint64_t bits) { return is_float(t) && std::isnan(value_of(t, bits)); }

/// An element's bits from memory of any alignment.
inline uint64_t load_bits(const void *from, dtype t) {
    uint64_t bits = 0;
    std::memcpy(&bits, from, size_t(size_of(t)));
    return bits;
}
inline void store_bits(void *to, dtype t, uint64_t bits) { std::memcpy(to, &bits, size_t(size_of(t))); }

}  // namespace slopewise::test
