// How the algorithms are laid out on a CPU's vectors. No maths here.
#pragma once

#include "slopes.h"

namespace slopewise::halide {

using Halide::TailStrategy;

// Guarded tails are right for any length and in place: the default of Halide's shifts the last vector inwards, which fails
// below one vector and applies an operation twice.

/// Rows of contiguous elements, `lanes` at a time.
inline void vectorize_rows(Func f, const Var &i, int lanes, TailStrategy tail = TailStrategy::GuardWithIf) { f.vectorize(i, lanes, tail); }

/// A run in steps of `tile` elements, unrolled into vectors of `lanes`.
inline void tile_run(Func f, const Var &i, const Var &outer, int tile, int lanes, TailStrategy tail = TailStrategy::GuardWithIf) {
    f.split(i, outer, i, tile, tail).vectorize(i, lanes);
    if (tile != lanes) f.unroll(i);
}

namespace detail {

inline void place_on_stack(Func f, Func consumer, const Var &outer, const Var &dim, int size, int lanes) {
    f.compute_at(consumer, outer).bound_extent(dim, size).vectorize(dim, lanes, TailStrategy::RoundUp);
    f.store_in(Halide::MemoryType::Stack);
    if (size != lanes) f.unroll(dim);
}

}  // namespace detail

/// The draws of one tile before the tile's elements, `step` draws at a time.
inline void per_tile(tile_draws &d, Func consumer, const Var &outer, int tile, int step) {
    detail::place_on_stack(d.packed, consumer, outer, d.lane, tile / d.draws_per_lane, step / d.draws_per_lane);
    detail::place_on_stack(d.draws, consumer, outer, d.i, tile, step);
}

}  // namespace slopewise::halide
