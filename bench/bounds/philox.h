// Philox4x32-10, a block in each 64-bit lane: whole products of 32 x 32 bits, of which the next round takes the low half
// where it is and the high half with one shift.
#pragma once

#include <cstdint>

#include "bounds.h"

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

}  // namespace slopewise::bench
