// How a space is cut into tiles of two of its dimensions.
#pragma once

#include "tensor/plan.h"

namespace slopewise {

/// What a tile may hold; the executing thread's scratch is made of these.
constexpr int64_t staged_bytes = 16 << 10;    ///< of each tensor that goes through scratch
constexpr int64_t drawn_elements = 32 << 10;  ///< draws in memory order: 64 KiB, in L2
constexpr int64_t drawn_padded = 40 << 10;    ///< draws in index order, each row padded to whole blocks
constexpr int64_t gathered_elements = 4 << 10;

enum class slope_source { none, fused, drawn, gathered };

struct tiling {
    int a, b;  ///< the tile's rows run along `a`; b is -1 where there is one dimension
    int64_t size_a, size_b;
    slope_source slopes;
    bool draws_along_b;        ///< drawn: consecutive indices lie along b, else along a
    bool staged[max_tensors];  ///< goes through scratch: not where a kernel could work on it
    int64_t count[max_dims];   ///< tiles in each dimension
    int64_t tiles;

    bool stages_any() const;
};

/// `budget`: elements of a tile, at most, where scratch does not ask for less.
void make_tiling(const space &s, int64_t budget, tiling &t);

}  // namespace slopewise
