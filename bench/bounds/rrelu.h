// Training RReLU of f32 with the contract's sixteen-bit draws, by hand. Philox4x32-10 with a block in each 64-bit lane: whole
// products of 32 x 32 bits, of which the next round takes the low half where it is and the high half with one shift.
#pragma once

#include <cstdint>

#include "bounds.h"
#include "elementwise.h"
#include "transpose.h"

namespace slopewise::bench {

constexpr uint32_t philox_m0 = 0xD2511F53, philox_m1 = 0xCD9E8D57;
constexpr uint32_t philox_w0 = 0x9E3779B9, philox_w1 = 0xBB67AE85;

/// Round keys, and what of the first two rounds is the same in every block: only one counter word counts.
template <class V>
struct philox_schedule {
    using ints = typename V::ints;
    ints key0[10], key1[10], from_c0, from_c1, from_c2, from_c3;

    explicit philox_schedule(const philox_run &r) {
        uint32_t k0[10], k1[10];
        for (uint32_t i = 0; i < 10; i++) {
            k0[i] = uint32_t(r.seed) + i * philox_w0;
            k1[i] = uint32_t(r.seed >> 32) + i * philox_w1;
            key0[i] = V::broadcast64(k0[i]);
            key1[i] = V::broadcast64(k1[i]);
        }
        uint64_t p1 = uint64_t{philox_m1} * uint32_t(r.stream);
        uint32_t c0 = uint32_t(p1 >> 32) ^ uint32_t(r.block >> 32) ^ k0[0];
        uint64_t p0 = uint64_t{philox_m0} * c0;
        from_c1 = V::broadcast64(uint32_t(r.stream >> 32) ^ k1[0]);
        from_c0 = V::broadcast64(uint32_t(p1) ^ k0[1]);
        from_c2 = V::broadcast64(uint32_t(p0 >> 32) ^ k1[1]);
        from_c3 = V::broadcast64(uint32_t(p0));
    }
};

/// `sets` times V::blocks blocks in flight. The upper halves of the words are whatever was left there.
template <class V, int sets>
struct philox_state {
    using ints = typename V::ints;
    ints c0[sets], c1[sets], c2[sets], c3[sets];

    /// The first two rounds, of blocks whose low counter words are `counter`.
    [[gnu::always_inline]] void begin(int s, ints counter, const philox_schedule<V> &k) {
        ints p0 = V::product(counter, V::broadcast64(philox_m0));
        ints p1 = V::product(V::mixed(V::high(p0), k.from_c1), V::broadcast64(philox_m1));
        c0[s] = V::mixed(V::high(p1), k.from_c0);
        c1[s] = p1;
        c2[s] = V::mixed(p0, k.from_c2);
        c3[s] = k.from_c3;
    }

    [[gnu::always_inline]] void round(int s, ints key0, ints key1) {
        ints p0 = V::product(c0[s], V::broadcast64(philox_m0)), p1 = V::product(c2[s], V::broadcast64(philox_m1));
        c0[s] = V::mixed(V::high(p1), c1[s], key0);
        c2[s] = V::mixed(V::high(p0), c3[s], key1);
        c1[s] = p1;
        c3[s] = p0;
    }
};

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

/// All that there is of a set.
template <class V>
constexpr bound_set bounds_of(const char *name) {
    return {name,
            {copy<V, false>, copy<V, true>},
            {relu<V, false>, relu<V, true>},
            {relu_backward<V, false>, relu_backward<V, true>},
            {crelu<V, false>, crelu<V, true>},
            {rrelu<V, 4, false>, rrelu<V, 4, true>},
            sum<V>,
            {transpose<false>, transpose<true>}};
}

}  // namespace slopewise::bench
