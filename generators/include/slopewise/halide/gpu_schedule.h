// How the algorithms are laid out on a GPU's threads. No maths here.
#pragma once

#include "philox.h"

namespace slopewise::halide {

/// A thread for each place, `threads` of them in a block. GuardWithIf, and no second copy of the loop for whole blocks:
/// the comparison costs nothing, and two copies keep what they share in memory instead of registers.
inline void thread_each(Halide::Stage s, const Halide::Var &place, const Halide::Var &block, int threads) {
    s.split(place, block, place, threads, Halide::TailStrategy::GuardWithIf);
    s.partition(block, Halide::Partition::Never).partition(place, Halide::Partition::Never);
    s.gpu_blocks(block).gpu_threads(place);
}

/// Held in the registers of each thread of `consumer`.
inline Halide::Func in_registers(Halide::Func f, const Halide::LoopLevel &thread) {
    return f.compute_at(thread).store_in(Halide::MemoryType::Register);
}

/// Two rounds a step, so that every word has a register of its own.
inline void unroll_pairs(philox_loop &p) {
    p.state.bound_extent(p.word, 4).bound_extent(p.half, 2).unroll(p.word).unroll(p.half);
    p.state.update().unroll(p.pairs.x).unroll(p.pairs.y);
}

}  // namespace slopewise::halide
