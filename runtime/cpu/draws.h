// Random draws by the kernels of a variant.
#pragma once

#include "cpu/call.h"

namespace slopewise {

/// Draws for consecutive indices from `index` on, into out[0 .. n). Whole blocks are written: up to seven draws before
/// out[0] and after the last are overwritten too.
void draw_consecutive(const variant &v, const random_state &r, uint64_t index, int64_t n, uint16_t *out);

/// Lines of consecutive indices, the first of each `step` after that of the one before.
struct index_lines {
    uint64_t first, step;
    int64_t length, count;
};

/// The draws of all lines, each into `pitch` draws of `out`, with the same room around each as above.
void draw_lines(const variant &v, const random_state &r, const index_lines &l, int64_t pitch, uint16_t *out);

/// out[i] = the draw of index[i]; a block each.
void draw_gathered(const variant &v, const random_state &r, const uint64_t *index, int64_t n, uint16_t *out);

/// How many blocks from `block` on share its upper 32 bits: the kernels compute block numbers without a carry.
inline int64_t blocks_before_carry(uint64_t block) { return int64_t((uint64_t{1} << 32) - (block & 0xffffffffu)); }

}  // namespace slopewise
