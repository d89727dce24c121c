// What the bounds are written in, of AVX-512, which this file alone is compiled for.
#include "rrelu.h"

namespace slopewise::bench {

struct avx512 {
    using floats = __m512;
    using ints = __m512i;
    static constexpr size_t lanes = 16, blocks = 8;

    static floats load(const float *p) { return _mm512_loadu_ps(p); }
    static void store(float *p, floats v) { _mm512_storeu_ps(p, v); }
    static void stream(float *p, floats v) { _mm512_stream_ps(p, v); }
    static floats broadcast(float v) { return _mm512_set1_ps(v); }
    static floats add(floats a, floats b) { return _mm512_add_ps(a, b); }
    static float sum(floats v) { return _mm512_reduce_add_ps(v); }

    /// NaN and -0 pass: the second operand wins where the first does not exceed it.
    static floats relu(floats v) { return _mm512_max_ps(_mm512_setzero_ps(), v); }
    static floats negate(floats v) { return _mm512_xor_ps(v, _mm512_set1_ps(-0.0f)); }
    static floats zero_where_not_positive(floats v, floats x) {
        return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NLE_UQ), v);
    }
    static floats scale_where_not_positive(floats x, floats by) {
        return _mm512_mask_mul_ps(x, _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LE_OQ), x, by);
    }

    static ints broadcast64(uint64_t v) { return _mm512_set1_epi64(int64_t(v)); }
    static ints broadcast32(uint32_t v) { return _mm512_set1_epi32(int(v)); }
    static ints add64(ints a, ints b) { return _mm512_add_epi64(a, b); }
    static ints product(ints a, ints b) { return _mm512_mul_epu32(a, b); }
    static ints high(ints product) { return _mm512_srli_epi64(product, 32); }
    static ints mixed(ints a, ints b) { return _mm512_xor_si512(a, b); }
    static ints mixed(ints a, ints b, ints c) { return _mm512_ternarylogic_epi64(a, b, c, 0x96); }

    /// Blocks in the lanes that words() brings into order.
    static ints first_blocks() { return _mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7); }

    /// From four words a block in 64-bit lanes to blocks one after the other.
    static void words(ints c0, ints c1, ints c2, ints c3, ints *w) {
        ints low = _mm512_mask_shuffle_epi32(c0, 0xAAAA, c1, _MM_PERM_ENUM(0xB1));
        ints high = _mm512_mask_shuffle_epi32(c2, 0xAAAA, c3, _MM_PERM_ENUM(0xB1));
        w[0] = _mm512_unpacklo_epi64(low, high);
        w[1] = _mm512_unpackhi_epi64(low, high);
    }

    static ints draw_width(uint16_t width) { return _mm512_set1_epi32(width); }

    /// The draws in words, low halves first in each block, times their width.
    static void scaled_draws(ints w, ints width, ints *q) {
        ints even = _mm512_mullo_epi32(_mm512_and_si512(w, _mm512_set1_epi32(0xffff)), width);
        ints odd = _mm512_mullo_epi32(_mm512_srli_epi32(w, 16), width);
        q[0] = _mm512_permutex2var_epi64(even, _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), odd);
        q[1] = _mm512_permutex2var_epi64(even, _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15), odd);
    }

    /// (low + (q >> shift)) * scale
    static floats slopes(ints q, ints shift, ints low, floats scale) {
        return _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_add_epi32(_mm512_srlv_epi32(q, shift), low)), scale);
    }
};

const bound_set avx512_bounds = bounds_of<avx512>("AVX-512");

}  // namespace slopewise::bench
