// Training RReLU of f32 with the contract's sixteen-bit draws, by hand.
#pragma once

#include "bounds.h"
#include "elementwise.h"
#include "philox.h"

namespace slopewise::bench {

template <class V>
struct slope_vectors {
    typename V::ints width, shift, low;
    typename V::floats scale;

    explicit slope_vectors(const fixed_slopes &f)
        : width(V::draw_width(f.width)),
          shift(V::broadcast32(f.shift)),
          low(V::broadcast32(uint32_t(f.low))),
          scale(V::broadcast(f.scale)) {}
};

/// The elements of set s, from i on.
template <class V, int sets, bool streaming>
[[gnu::always_inline]] inline void apply(const philox_state<V, sets> &p, int s, const float *x, float *y, const slope_vectors<V> &f) {
    typename V::ints w[2], q[4];
    V::words(p.c0[s], p.c1[s], p.c2[s], p.c3[s], w);
    V::scaled_draws(w[0], f.width, q);
    V::scaled_draws(w[1], f.width, q + 2);
#pragma GCC unroll 4
    for (size_t k = 0; k < 4; k++) {
        auto slopes = V::slopes(q[k], f.shift, f.low, f.scale);
        put<V, streaming>(y + k * V::lanes, V::scale_where_not_positive(V::load(x + k * V::lanes), slopes));
    }
}

/// n is a multiple of sets * V::blocks blocks of eight elements. Four sets in flight are the fastest: 0.240 ns an element
/// with AVX-512, against 0.275 with two (EPYC, Zen 4, n = 16384).
template <class V, int sets, bool streaming>
void rrelu(const float *x, float *y, size_t n, const fixed_slopes &f, const philox_run &r) {
    constexpr size_t set_elements = 8 * V::blocks;
    const philox_schedule<V> keys(r);
    const slope_vectors<V> slopes(f);
    auto counter = V::add64(V::broadcast64(uint32_t(r.block)), V::first_blocks());
    for (size_t i = 0; i < n; i += set_elements * sets) {
        philox_state<V, sets> p;
#pragma GCC unroll 4
        for (int s = 0; s < sets; s++, counter = V::add64(counter, V::broadcast64(V::blocks))) p.begin(s, counter, keys);
#pragma GCC unroll 10
        for (int round = 2; round < 10; round++) {
#pragma GCC unroll 4
            for (int s = 0; s < sets; s++) p.round(s, keys.key0[round], keys.key1[round]);
        }
#pragma GCC unroll 4
        for (int s = 0; s < sets; s++) {
            size_t at = i + set_elements * size_t(s);
            apply<V, sets, streaming>(p, s, x + at, y + at, slopes);
        }
    }
    if (streaming) _mm_sfence();
}

}  // namespace slopewise::bench
