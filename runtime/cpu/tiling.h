// How a space is cut into tiles of two of its dimensions.
#pragma once

#include "tensor/plan.h"

namespace slopewise {

/// What a tile may hold; the executing thread's scratch is made of these.
constexpr int64_t staged_bytes = 32 << 10;    ///< of each tensor that goes through scratch
constexpr int64_t staged_gaps = 8 << 10;      ///< between its rows, where it is read across
constexpr int64_t drawn_elements = 16 << 10;  ///< draws in memory order: 32 KiB
constexpr int64_t drawn_padded = 24 << 10;    ///< draws in index order, each row padded to whole blocks
constexpr int64_t gathered_elements = 2 << 10;

enum class slope_source { none, fused, drawn, gathered };

struct tiling {
    int a, b;  ///< the tile's rows run along `a`; b is -1 where there is one dimension
    int64_t size_a, size_b;
    slope_source slopes;
    bool draws_along_b;        ///< drawn: consecutive indices lie along b, else along a
    bool staged[max_tensors];  ///< goes through scratch: not where a kernel could work on it
    bool crosses;              ///< staged tensors are dense along b: tiles follow each other along it, on the same pages
    int64_t skew;              ///< elements that the first tile is shorter along a, so that the others begin on lines of the output
    int64_t count[max_dims];   ///< tiles in each dimension
    int64_t tiles;

    bool stages_any() const;
};

/// `budget`: elements of a tile, at most, where scratch does not ask for less.
void make_tiling(const space &s, int64_t budget, tiling &t);

}  // namespace slopewise
