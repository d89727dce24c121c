// A transposing copy of f32 by hand: 8 x 8 squares in registers, whole cache lines on both sides, tile by tile through a buffer in L1.
#pragma once

#include <immintrin.h>

#include <cstddef>

namespace slopewise::bench {

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

/// A square whose side is a multiple of 128; y begins on a cache line.
template <bool streaming>
void transpose(const float *x, float *y, size_t side) {
    constexpr size_t rows = 128, columns = 64, pitch = columns + 16;  // no power of two apart
    alignas(64) float turned[rows * pitch];
    for (size_t c = 0; c < side; c += columns) {
        for (size_t r = 0; r < side; r += rows) {
            for (size_t i = 0; i < columns; i += 8) {
                for (size_t j = 0; j < rows; j += 8) transpose_square(turned + j * pitch + i, pitch, x + (c + i) * side + r + j, side);
            }
            for (size_t j = 0; j < rows; j++) {
                float *to = y + (r + j) * side + c;
                for (size_t i = 0; i < columns; i += 8) {
                    __m256 v = _mm256_load_ps(turned + j * pitch + i);
                    streaming ? _mm256_stream_ps(to + i, v) : _mm256_store_ps(to + i, v);
                }
            }
        }
    }
    if (streaming) _mm_sfence();
}

}  // namespace slopewise::bench
