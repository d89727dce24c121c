// A transposing copy of f32 by hand: 8 x 8 squares in registers, whole cache lines on both sides, tile by tile through a buffer in L1.
#pragma once

#include <immintrin.h>

#include <cstddef>

namespace slopewise::bench {
namespace {  // each instruction set has its own

/// to[i][j] = from[j][i]; rows of floats, so many apart.
inline void transpose_square(float *to, size_t to_pitch, const float *from, size_t from_pitch) {
    __m256 row[8], pair[8], quad[8];
    for (size_t r = 0; r < 8; r++) row[r] = _mm256_loadu_ps(from + r * from_pitch);
    for (size_t r = 0; r < 8; r += 2) {
        pair[r] = _mm256_unpacklo_ps(row[r], row[r + 1]);
        pair[r + 1] = _mm256_unpackhi_ps(row[r], row[r + 1]);
    }
    for (size_t r = 0; r < 8; r += 4) {
        quad[r] = _mm256_shuffle_ps(pair[r], pair[r + 2], 0x44);
        quad[r + 1] = _mm256_shuffle_ps(pair[r], pair[r + 2], 0xee);
        quad[r + 2] = _mm256_shuffle_ps(pair[r + 1], pair[r + 3], 0x44);
        quad[r + 3] = _mm256_shuffle_ps(pair[r + 1], pair[r + 3], 0xee);
    }
    for (size_t r = 0; r < 4; r++) {
        _mm256_store_ps(to + r * to_pitch, _mm256_permute2f128_ps(quad[r], quad[r + 4], 0x20));
        _mm256_store_ps(to + (r + 4) * to_pitch, _mm256_permute2f128_ps(quad[r], quad[r + 4], 0x31));
    }
}

constexpr size_t turned_rows = 128, turned_columns = 64, turned_pitch = turned_columns + 16;  // no power of two apart

inline void transpose_tile(float *turned, const float *x, size_t side) {
    for (size_t i = 0; i < turned_columns; i += 8) {
        for (size_t j = 0; j < turned_rows; j += 8) transpose_square(turned + j * turned_pitch + i, turned_pitch, x + i * side + j, side);
    }
}

/// A square whose side is a multiple of 128; y begins on a cache line. Of two inputs, what one of them keeps of the other: a mask
/// takes one instruction.
template <bool streaming>
void transpose(const float *x, const float *mask, float *y, size_t side) {
    alignas(64) float turned[2][turned_rows * turned_pitch];
    for (size_t c = 0; c < side; c += turned_columns) {
        for (size_t r = 0; r < side; r += turned_rows) {
            transpose_tile(turned[0], x + c * side + r, side);
            if (mask) transpose_tile(turned[1], mask + c * side + r, side);
            for (size_t j = 0; j < turned_rows; j++) {
                float *to = y + (r + j) * side + c;
                for (size_t i = 0; i < turned_columns; i += 8) {
                    __m256 v = _mm256_load_ps(turned[0] + j * turned_pitch + i);
                    if (mask) v = _mm256_and_ps(v, _mm256_load_ps(turned[1] + j * turned_pitch + i));
                    streaming ? _mm256_stream_ps(to + i, v) : _mm256_store_ps(to + i, v);
                }
            }
        }
    }
    if (streaming) _mm_sfence();
}

}  // namespace
}  // namespace slopewise::bench
