// The random slope of each element: a pure function of seed, stream and index. See docs/contract.md.
#pragma once

#include "algorithms.h"
#include "philox.h"

namespace slopewise::halide {

using Halide::extract_bits;

/// The bounds in fixed point, as slopewise_fixed_point() gives them: a slope is
/// (low + ((draw * width) >> shift)) * scale.
struct fixed_point {
    Expr low;    ///< int32
    Expr width;  ///< uint16
    Expr shift;  ///< uint32, 1 to 16
    Expr scale;  ///< double, a power of two

    /// The slope of a uint16 draw, in the computing type `t`: one conversion, one exact scaling.
    Expr slope(const Expr &draw, Type t) const {
        Expr step = (cast<uint32_t>(draw) * cast<uint32_t>(width)) >> shift;
        return product(cast(t, low + cast<int32_t>(step)), cast(t, scale));
    }
};

/// The generator's key: all uint64.
struct random_key {
    Expr seed, stream;

    std::array<Expr, 2> key() const { return {cast<uint32_t>(seed), cast<uint32_t>(seed >> 32)}; }
    words counter(const Expr &block) const {
        return {cast<uint32_t>(block), cast<uint32_t>(block >> 32), cast<uint32_t>(stream), cast<uint32_t>(stream >> 32)};
    }
};

/// Slopes for the whole pipeline: where they lie and how they are drawn.
struct slopes {
    fixed_point bounds;
    random_key key;
};

/// The uint16 draw of a block's element j, an int32.
inline Expr draw_of(const words &w, const Expr &j) {
    Expr word = mux(j % 4, {w[0], w[1], w[2], w[3]});
    return cast<uint16_t>(select(j < 4, word, word >> 16));
}

/// The uint16 draw of any uint64 index: one block for each element, so eight times the work of `tile_draws`.
inline Expr draw_at(const Expr &index, const random_key &k) {
    return draw_of(philox4x32_10(k.counter(index >> 3), k.key()), cast<int32_t>(index & Expr(uint64_t{7})));
}

/// Training RReLU of x, the element of index `index` (uint64), in the plainest form. Slow beside `tile_draws`, which
/// shares each block among its eight elements.
inline Expr rrelu(const Expr &x, const Expr &index, const slopes &s, conversions c = {}) {
    return leaky_relu(x, s.bounds.slope(draw_at(index, s.key), computing_type(x.type())), c);
}

/// How the eight draws of a block are packed: into two 64-bit lanes, in one of two ways, or four 32-bit lanes. Equal
/// results, different speed by target.
enum class packing { lanes, pairs, words };

/// The draws of rows of elements, each of which begins a block: `draws(i, row)` is element i's of that row, whose first
/// block is `first_block`, an expression of `row`. Every block is generated once, in tiles of `tile` elements, and all must
/// have the same upper 32 bits.
struct tile_draws {
    Func packed{"packed"}, draws{"draws"};
    Var lane{"lane"}, tile_index{"tile_index"}, i{"i"}, row;
    const int draws_per_lane;

    tile_draws(const random_key &k, const Expr &first_block, const Var &row, int tile, packing form)
        : row(row), draws_per_lane(form == packing::words ? 2 : 4) {
        packed(lane, tile_index, row) =
            form == packing::words ? packed_words(k, first_block, tile) : packed_wide(k, first_block, tile, form);
        // Read back from the stack, extract_bits is a free reinterpretation of the packed lanes.
        Expr from = packed((i % tile) / draws_per_lane, i / tile, row);
        draws(i, row) = extract_bits<uint16_t>(from, 16 * (i % draws_per_lane));
    }

private:
    // Block number first_block + tile_index * tile / 8 + lane / 2. Round 0's product is linear in it, which saves a
    // multiplication (0.515 to 0.472 ns an element, AVX-512, with 32-bit draws) and is why no carry may occur.
    Expr packed_wide(const random_key &k, const Expr &first_block, int tile, packing form) const {
        using detail::philox_m0;
        using detail::u64;
        Expr in_tile = cast<uint64_t>(lane / 2), tiles = cast<uint64_t>(tile_index);
        uint64_t blocks = uint64_t(tile) / 8;
        Expr block = first_block + tiles * u64(blocks) + in_tile;
        Expr product = detail::low32(first_block) * u64(philox_m0) + tiles * u64(philox_m0 * blocks) + in_tile * u64(philox_m0);
        words counter = {block, first_block >> 32, detail::low32(k.stream), k.stream >> 32};
        words w = philox4x32_10_wide(counter, k.key(), product);
        if (form == packing::lanes) return mux(lane % 2, {low_lanes(w), high_lanes(w)});
        return mux(lane % 2, {low_pairs(w), high_pairs(w)});
    }

    // The same with 32-bit lanes: a block has four.
    Expr packed_words(const random_key &k, const Expr &first_block, int tile) const {
        Expr in_tile = cast<uint32_t>(lane / 4), tiles = cast<uint32_t>(tile_index);
        words counter = k.counter(first_block);
        counter[0] = counter[0] + tiles * Expr(uint32_t(tile) / 8) + in_tile;
        words w = philox4x32_10(counter, k.key());
        auto low = [](const Expr &a, const Expr &b) { return (a & Expr(0xffffu)) | (b << 16); };
        auto high = [](const Expr &a, const Expr &b) { return (a >> 16) | (b & Expr(0xffff0000u)); };
        return mux(lane % 4, {low(w[0], w[1]), low(w[2], w[3]), high(w[0], w[1]), high(w[2], w[3])});
    }

    static Expr pick(uint64_t mask, const Expr &a, const Expr &b) { return (a & detail::u64(mask)) | (b & detail::u64(~mask)); }

    static Expr low_lanes(const words &w) {
        return pick(0xffffffffu, pick(0xffff, w[0], w[1] << 16), pick(0xffff, w[2], w[3] << 16) << 32);
    }
    static Expr high_lanes(const words &w) {
        return pick(0xffffffffu, pick(0xffff, w[0] >> 16, w[1]), pick(0xffff, w[2] >> 16, w[3]) << 32);
    }
    static Expr even_words(const words &w) { return pick(0xffffffffu, w[0], w[2] << 32); }
    static Expr odd_words(const words &w) { return pick(0xffffffffu, w[1], w[3] << 32); }
    static Expr low_pairs(const words &w) { return pick(0x0000ffff0000ffffull, even_words(w), odd_words(w) << 16); }
    static Expr high_pairs(const words &w) { return pick(0x0000ffff0000ffffull, even_words(w) >> 16, odd_words(w)); }
};

}  // namespace slopewise::halide
