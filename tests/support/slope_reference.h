// The random slope in exact integers, one element at a time (docs/contract.md, "The random slope").
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

namespace slopewise::test {

inline std::array<uint32_t, 4> philox(std::array<uint32_t, 4> c, std::array<uint32_t, 2> k) {
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = uint64_t{0xD2511F53} * c[0], p1 = uint64_t{0xCD9E8D57} * c[2];
        c = {uint32_t(p1 >> 32) ^ c[1] ^ k[0], uint32_t(p1), uint32_t(p0 >> 32) ^ c[3] ^ k[1], uint32_t(p0)};
        k = {k[0] + 0x9E3779B9u, k[1] + 0xBB67AE85u};
    }
    return c;
}

inline uint16_t draw(uint64_t index, uint64_t seed, uint64_t stream) {
    uint64_t block = index / 8, j = index % 8;
    auto w =
        philox({uint32_t(block), uint32_t(block >> 32), uint32_t(stream), uint32_t(stream >> 32)}, {uint32_t(seed), uint32_t(seed >> 32)});
    return uint16_t(j < 4 ? w[j] : w[j - 4] >> 16);
}

struct bounds_in_fixed_point {
    int64_t low = 0, width = 0;
    int q = 0, k = 0;
};

/// v * 2^k, rounded down (-1), up (+1) or to nearest even (0), in integers: v is significand * 2^exponent exactly.
inline int64_t scaled_integer(double v, int k, int direction) {
    if (v == 0) return 0;
    int exponent;
    auto significand = int64_t(std::ldexp(std::frexp(v, &exponent), 53));
    int shift = exponent - 53 + k;
    if (shift >= 0) return significand << shift;
    if (shift < -62) shift = -62;  // far below one: only the sign is left, as it is at -62
    int64_t unit = int64_t{1} << -shift, down = significand >> -shift, rest = significand - down * unit;
    if (direction < 0 || rest == 0) return down;
    if (direction > 0) return down + 1;
    return rest * 2 > unit || (rest * 2 == unit && down % 2) ? down + 1 : down;
}

inline bounds_in_fixed_point fixed_point_of(double lower, double upper) {
    double m = std::fmax(std::fabs(lower), std::fabs(upper));
    if (m == 0) return {};
    int e;
    (void)std::frexp(m, &e);
    int k = std::min(30 - e, 126);
    int64_t low = scaled_integer(lower, k, +1), high = scaled_integer(upper, k, -1);
    if (low > high) low = high = scaled_integer(lower, k, 0);
    int length = 0;
    for (int64_t w = high - low; w; w >>= 1) length++;
    int q = std::max(0, length - 16);
    return {low, (high - low) >> q, q, k};
}

/// The slope of a draw, before its conversion to the computing type: an integer and a power of two.
inline double slope_of(uint16_t draw, const bounds_in_fixed_point &b, bool in_double) {
    int64_t s = b.low + ((int64_t{draw} * b.width) >> (16 - b.q));
    double integer = in_double ? double(s) : double(float(s));
    return std::ldexp(integer, -b.k);
}

}  // namespace slopewise::test
