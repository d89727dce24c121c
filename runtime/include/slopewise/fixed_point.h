/* The bounds of RReLU's random slopes in fixed point, as the kernels take them. */
#ifndef SLOPEWISE_FIXED_POINT_H
#define SLOPEWISE_FIXED_POINT_H

#include <math.h>
#include <stdint.h>

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

/* v * 2^k rounded towards `direction` (-1 down, +1 up). Where ldexp underflows, only the sign of v decides. */
static inline double slopewise_scale_directed(double v, int k, int direction) {
  double scaled = ldexp(v, k);
  if (ldexp(scaled, -k) != v) {
    return direction > 0 ? (v > 0 ? 1.0 : 0.0) : (v < 0 ? -1.0 : 0.0);
  }
  return direction > 0 ? ceil(scaled) : floor(scaled);
}

/* Turns finite bounds, lower <= upper, into the kernels' arguments, exactly (docs/contract.md, "The random slope").
 * Expects the default floating-point environment. */
static inline slopewise_slopes slopewise_fixed_point(double lower, double upper) {
  double m = fmax(fabs(lower), fabs(upper));
  slopewise_slopes s = {0, 0, 16, 1.0};
  if (m == 0) return s;
  int e;
  (void)frexp(m, &e);
  int k = 30 - e < 126 ? 30 - e : 126;
  double low = slopewise_scale_directed(lower, k, +1), high = slopewise_scale_directed(upper, k, -1);
  if (low > high) low = high = nearbyint(ldexp(lower, k));
  uint64_t width = (uint64_t)((int64_t)high - (int64_t)low);
  uint32_t q = 0;
  while (width >> q > 0xffff) q++;
  s.low = (int32_t)low;
  s.width = (uint16_t)(width >> q);
  s.shift = 16 - q;
  s.scale = ldexp(1.0, -k);
  return s;
}

#ifdef __cplusplus
}
#endif

#endif
