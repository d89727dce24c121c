// What the bounds are written in, of AVX2, which this file alone is compiled for.
#include "rrelu.h"

namespace slopewise::bench {

struct avx2 {
    using floats = __m256;
    using ints = __m256i;
    static constexpr size_t lanes = 8, blocks = 4;

    static floats load(const float *p) { return _mm256_loadu_ps(p); }
    static void store(float *p, floats v) { _mm256_storeu_ps(p, v); }
    static void stream(float *p, floats v) { _mm256_stream_ps(p, v); }
    static floats broadcast(float v) { return _mm256_set1_ps(v); }
    static floats add(floats a, floats b) { return _mm256_add_ps(a, b); }
    static float sum(floats v) {
        __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
        s = _mm_add_ps(s, _mm_movehl_ps(s, s));
        return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
    }

    /// NaN and -0 pass: the second operand wins where the first does not exceed it.
    static floats relu(floats v) { return _mm256_max_ps(_mm256_setzero_ps(), v); }
    static floats negate(floats v) { return _mm256_xor_ps(v, _mm256_set1_ps(-0.0f)); }
    static floats zero_where_not_positive(floats v, floats x) { return _mm256_andnot_ps(not_positive(x), v); }
    /// The kept lanes times one: the same values, but for signalling NaNs.
    static floats scale_where_not_positive(floats x, floats by) {
        return _mm256_mul_ps(x, _mm256_blendv_ps(_mm256_set1_ps(1), by, not_positive(x)));
    }

    static ints broadcast64(uint64_t v) { return _mm256_set1_epi64x(int64_t(v)); }
    static ints broadcast32(uint32_t v) { return _mm256_set1_epi32(int(v)); }
    static ints add64(ints a, ints b) { return _mm256_add_epi64(a, b); }
    static ints product(ints a, ints b) { return _mm256_mul_epu32(a, b); }
    static ints high(ints product) { return _mm256_srli_epi64(product, 32); }
    static ints mixed(ints a, ints b) { return _mm256_xor_si256(a, b); }
    static ints mixed(ints a, ints b, ints c) { return mixed(a, mixed(b, c)); }

    /// Blocks in the lanes that words() brings into order.
    static ints first_blocks() { return _mm256_setr_epi64x(0, 2, 1, 3); }

    /// From four words a block in 64-bit lanes to blocks one after the other.
    static void words(ints c0, ints c1, ints c2, ints c3, ints *w) {
        ints low = _mm256_blend_epi32(c0, _mm256_slli_epi64(c1, 32), 0xAA), high = _mm256_blend_epi32(c2, _mm256_slli_epi64(c3, 32), 0xAA);
        w[0] = _mm256_unpacklo_epi64(low, high);
        w[1] = _mm256_unpackhi_epi64(low, high);
    }

    static ints draw_width(uint16_t width) { return _mm256_set1_epi16(short(width)); }

    /// The draws in words, low halves first in each block, times their width, from products of 16 bits: vpmulld is two uops
    /// on Intel.
    static void scaled_draws(ints w, ints width, ints *q) {
        ints low = _mm256_mullo_epi16(w, width), high = _mm256_mulhi_epu16(w, width);
        ints even = _mm256_blend_epi16(low, _mm256_slli_epi32(high, 16), 0xAA);
        ints odd = _mm256_blend_epi16(_mm256_srli_epi32(low, 16), high, 0xAA);
        q[0] = _mm256_permute2x128_si256(even, odd, 0x20);
        q[1] = _mm256_permute2x128_si256(even, odd, 0x31);
    }

    /// (low + (q >> shift)) * scale
    static floats slopes(ints q, ints shift, ints low, floats scale) {
        return _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_add_epi32(_mm256_srlv_epi32(q, shift), low)), scale);
    }

private:
    static floats not_positive(floats x) { return _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LE_OQ); }
};

const bound_set avx2_bounds = bounds_of<avx2>("AVX2");

}  // namespace slopewise::bench
