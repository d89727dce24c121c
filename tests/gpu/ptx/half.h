// Halves of IEEE 754: no type of every compiler is one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace slopewise::test::ptx {

struct half {
    uint16_t bits;

    static constexpr int fraction_bits = 10, least_exponent = -14;
    static constexpr uint16_t infinity = 0x7c00, nan = 0x7fff, sign = 0x8000;

    half() = default;
    explicit half(uint16_t bits) : bits(bits) {}

    /// Rounded to nearest even, as this processor rounds; a carry goes on into the exponent.
    explicit half(float value) : bits(std::signbit(value) ? sign : 0) {
        constexpr float least_that_overflows = 65520;
        float magnitude = std::fabs(value);
        if (std::isnan(value)) {
            bits = nan;
        } else if (magnitude >= least_that_overflows) {
            bits |= infinity;
        } else if (magnitude > 0) {
            int exponent = std::max(std::ilogb(magnitude), least_exponent);
            auto units = uint16_t(std::nearbyint(std::ldexp(magnitude, fraction_bits - exponent)));
            bits = uint16_t(bits + ((exponent - least_exponent) << fraction_bits) + units);
        }
    }

    explicit operator float() const {
        int exponent = (bits & infinity) >> fraction_bits, fraction = bits & ((1 << fraction_bits) - 1);
        float magnitude;
        if ((bits & infinity) == infinity) {
            magnitude = fraction ? NAN : INFINITY;
        } else if (exponent == 0) {
            magnitude = std::ldexp(float(fraction), least_exponent - fraction_bits);
        } else {
            magnitude = std::ldexp(float(fraction + (1 << fraction_bits)), exponent - 1 + least_exponent - fraction_bits);
        }
        return std::copysign(magnitude, bits & sign ? -1.0f : 1.0f);
    }
};

}  // namespace slopewise::test::ptx
