/* The bounds of RReLU's random slopes in fixed point, as the kernels take them. */
#ifndef SLOPEWISE_FIXED_POINT_H
#define SLOPEWISE_FIXED_POINT_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A slope is (low + ((draw * width) >> shift)) * scale, draw being 16 random bits. */
typedef struct slopewise_slopes {
  int32_t low;
  uint16_t width;
  uint32_t shift; /* 1 to 16 */
  double scale;   /* 2^-k */
} slopewise_slopes;

/* 2^k of a normal double. */
static inline double slopewise_power_of_two(int k) {
  uint64_t bits = (uint64_t)(k + 1023) << 52;
  double power;
  memcpy(&power, &bits, sizeof power);
  return power;
}

/* v * 2^k, below 2^31, rounded towards `direction` (-1 down, +1 up). Where the product underflows, only the sign of v
 * decides. */
static inline int64_t slopewise_scale_directed(double v, int k, int direction) {
  double scaled = v * slopewise_power_of_two(k);
  if (scaled * slopewise_power_of_two(-k) != v) return direction > 0 ? v > 0 : -(v < 0);
  int64_t whole = (int64_t)scaled;
  return direction > 0 ? whole + (scaled > (double)whole) : whole - (scaled < (double)whole);
}

/* The k of bounds up to m > 0: 30 less the exponent that frexp gives, at most 126. */
static inline int slopewise_fraction_bits(double m) {
  uint64_t bits;
  memcpy(&bits, &m, sizeof bits);
  int exponent = (int)(bits >> 52) - 1022; /* of a subnormal: small enough for what follows */
  return 30 - exponent < 126 ? 30 - exponent : 126;
}

/* How many binary digits v > 0 has. */
static inline uint32_t slopewise_bit_length(uint64_t v) {
#if defined(__GNUC__)
  return 64 - (uint32_t)__builtin_clzll(v);
#else
  uint32_t length = 0;
  for (; v; v >>= 1) length++;
  return length;
#endif
}

/* Turns finite bounds, lower <= upper, into the kernels' arguments, exactly (docs/contract.md, "The random slope").
 * Expects the default floating-point environment. */
static inline slopewise_slopes slopewise_fixed_point(double lower, double upper) {
  double m = -lower > upper ? -lower : upper; /* the larger magnitude, since lower <= upper */
  slopewise_slopes s = {0, 0, 16, 1.0};
  if (m == 0) return s;
  int k = slopewise_fraction_bits(m);
  int64_t low = slopewise_scale_directed(lower, k, +1), high = slopewise_scale_directed(upper, k, -1);
  if (low > high) low = high = (int64_t)nearbyint(lower * slopewise_power_of_two(k));
  uint64_t width = (uint64_t)(high - low);
  uint32_t dropped = slopewise_bit_length(width | 0xffff) - 16;
  s.low = (int32_t)low;
  s.width = (uint16_t)(width >> dropped);
  s.shift = 16 - dropped;
  s.scale = slopewise_power_of_two(-k);
  return s;
}

#ifdef __cplusplus
}
#endif

#endif
