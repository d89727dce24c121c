// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011) in two forms that give the
// same words: one block per 32-bit lane, for any target, and one per 64-bit lane, for x86.
#pragma once

#include <Halide.h>

#include <array>

namespace slopewise::halide {

using Halide::cast, Halide::Expr, Halide::Func, Halide::mul_shift_right, Halide::mux, Halide::RDom, Halide::Var;

using words = std::array<Expr, 4>;

namespace detail {

constexpr uint32_t philox_m0 = 0xD2511F53u, philox_m1 = 0xCD9E8D57u;
constexpr uint32_t philox_w0 = 0x9E3779B9u, philox_w1 = 0xBB67AE85u;
constexpr int philox_rounds = 10;

inline Expr u64(uint64_t v) { return Expr(v); }
inline Expr low32(const Expr &e) { return e & u64(0xffffffffu); }

}  // namespace detail

/// Both halves of a product of uint32.
struct halves {
    Expr high, low;
};

namespace detail {

inline halves by_halves(uint32_t m, const Expr &c) { return {mul_shift_right(Expr(m), c, 32), Expr(m) * c}; }
inline halves whole(uint32_t m, const Expr &c) {
    Expr product = u64(m) * cast<uint64_t>(c);
    return {cast<uint32_t>(product >> 32), cast<uint32_t>(product)};
}

}  // namespace detail

/// One round of `counter` under the key of that round; `p0` and `p1` are the products of M0 and M1 with its even words.
inline words philox_round(const words &counter, const std::array<Expr, 2> &key, const halves &p0, const halves &p1) {
    return {p1.high ^ counter[1] ^ key[0], p1.low, p0.high ^ counter[3] ^ key[1], p0.low};
}

/// Four random words of the block `counter` under `key`.
inline words philox4x32_10(words counter, std::array<Expr, 2> key) {
    using namespace detail;
    for (int round = 0; round < philox_rounds; round++) {
        counter = philox_round(counter, key, by_halves(philox_m0, counter[0]), by_halves(philox_m1, counter[2]));
        key = {key[0] + Expr(philox_w0), key[1] + Expr(philox_w1)};
    }
    return counter;
}

/// The same for the threads of a GPU, as a function `state` of which state(w, 0, place) is word w. Products are multiplied
/// whole, which saves a tenth of a kernel's instructions. Rounds are a loop over pairs, which write to and fro: a fifth of
/// the text where kernels are kept as text, and every place in registers is known. (Not one Tuple: Halide 21 stores some of
/// its values before it has computed all.)
struct philox_loop {
    Func state{"philox_state"};
    RDom pairs{0, 4, 0, 2, 0, detail::philox_rounds / 2, "pairs"};
    Var word{"word"}, half{"half"};

    philox_loop(const words &counter, const std::array<Expr, 2> &key, std::vector<Expr> place) {
        using namespace detail;
        auto at = [&](const Expr &w, const Expr &h) {
            std::vector<Expr> all = {w, h};
            all.insert(all.end(), place.begin(), place.end());
            return state(all);
        };
        at(word, half) = mux(word, {counter[0], counter[1], counter[2], counter[3]});
        words c;
        for (int w = 0; w < 4; w++) c[size_t(w)] = at(w, pairs.y);
        Expr round = cast<uint32_t>(2 * pairs.z + pairs.y);
        words next = philox_round(c, {key[0] + round * Expr(philox_w0), key[1] + round * Expr(philox_w1)}, whole(philox_m0, c[0]),
                                  whole(philox_m1, c[2]));
        at(pairs.x, 1 - pairs.y) = mux(pairs.x, {next[0], next[1], next[2], next[3]});
    }

    words block(const std::vector<Expr> &place) const {
        words w;
        for (int i = 0; i < 4; i++) {
            std::vector<Expr> all = {i, 0};
            all.insert(all.end(), place.begin(), place.end());
            w[size_t(i)] = state(all);
        }
        return w;
    }
};

/// The same with uint64 lanes of which only the low halves count: a round's product is used whole, so its high half
/// is shifted down once and its low half never extracted (0.61 against 0.72 ns an element, AVX-512, with 32-bit draws).
/// `first_product` is M0 * counter[0], given by the caller because it is linear in the block number.
inline words philox4x32_10_wide(words counter, std::array<Expr, 2> key, const Expr &first_product) {
    using namespace detail;
    for (int round = 0; round < philox_rounds; round++) {
        Expr p0 = round == 0 ? first_product : low32(counter[0]) * u64(philox_m0);
        Expr p1 = low32(counter[2]) * u64(philox_m1);
        counter = {(p1 >> 32) ^ (counter[1] ^ cast<uint64_t>(key[0])), p1, (p0 >> 32) ^ (counter[3] ^ cast<uint64_t>(key[1])), p0};
        key = {key[0] + Expr(philox_w0), key[1] + Expr(philox_w1)};
    }
    return counter;
}

}  // namespace slopewise::halide
