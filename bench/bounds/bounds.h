// What this CPU can do at most, as loops written by hand for one purpose: f32, contiguous, aligned, on one thread. No
// header of the standard library that has code in it may come in where the loops are compiled, for a newer CPU than the
// rest of the program.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slopewise::bench {

/// A slope is (low + ((draw * width) >> shift)) * scale.
struct fixed_slopes {
    int32_t low;
    uint16_t width;
    uint32_t shift;
    float scale;
};

/// A run of random numbers whose blocks share their high counter word.
struct philox_run {
    uint64_t seed, stream, block;
};

/// The loops of one instruction set. In pairs: with plain and with streaming stores.
struct bound_set {
    const char *name;
    void (*copy[2])(const float *x, float *y, size_t n);
    void (*relu[2])(const float *x, float *y, size_t n);
    void (*relu_backward[2])(const float *g, const float *x, float *gx, size_t n);
    void (*crelu[2])(const float *x, float *y, size_t n);
    /// n is a multiple of 256.
    void (*rrelu[2])(const float *x, float *y, size_t n, const fixed_slopes &f, const philox_run &r);
    float (*sum)(const float *x, size_t n);
    /// Of a square whose side is a multiple of 128; `mask` may be null.
    void (*transpose[2])(const float *x, const float *mask, float *y, size_t side);
};

extern const bound_set avx512_bounds, avx2_bounds;

}  // namespace slopewise::bench
