#include "cpu/draws.h"

#include <algorithm>

namespace slopewise {
namespace {

constexpr uint64_t last_block = UINT64_MAX / 8;  // indices wrap at 2^64, so block numbers at 2^61

/// Rows of n draws, `row_blocks` blocks and `pitch` draws apart.
struct draw_rows {
    uint64_t block, row_blocks;
    int64_t n, rows, pitch;
    uint16_t *out;
};

void call_draws(const variant &v, const random_state &r, draw_rows d) {
    kernel_buffer out;
    out.set(reinterpret_cast<char *>(d.out), d.pitch, d.n, d.rows);
    void *arguments[] = {const_cast<uint64_t *>(&r.seed), const_cast<uint64_t *>(&r.stream), &d.block, &d.row_blocks, &out.buffer};
    (void)v.function(kernel::draws, dtype::u16)(arguments);
}

/// Whether one call can draw all rows: their blocks share the upper half of their numbers, which do not wrap.
bool share_upper_half(const draw_rows &d) {
    uint64_t last;
    if (__builtin_mul_overflow(uint64_t(d.rows - 1), d.row_blocks, &last)) return false;
    if (__builtin_add_overflow(last, d.block + uint64_t(d.n / 8), &last)) return false;
    return last >> 32 == d.block >> 32 && last <= last_block;
}

}  // namespace

void draw_consecutive(const variant &v, const random_state &r, uint64_t index, int64_t n, uint16_t *out) {
    int64_t phase = int64_t(index % 8), blocks = (phase + n + 7) / 8;
    uint64_t block = index / 8;
    out -= phase;
    while (blocks > 0) {
        int64_t some = std::min({blocks, blocks_before_carry(block), int64_t(last_block - block) + 1});
        call_draws(v, r, {block, 0, 8 * some, 1, 0, out});
        out += 8 * some;
        blocks -= some;
        block = (block + uint64_t(some)) & last_block;
    }
}

void draw_lines(const variant &v, const random_state &r, const index_lines &l, int64_t pitch, uint16_t *out) {
    auto phase = int64_t(l.first % 8);
    draw_rows all = {l.first / 8, l.step / 8, (phase + l.length + 7) / 8 * 8, l.count, pitch, out - phase};
    if (l.step % 8 == 0 && share_upper_half(all)) return call_draws(v, r, all);
    for (int64_t line = 0; line < l.count; line++) {
        draw_consecutive(v, r, l.first + uint64_t(line) * l.step, l.length, out + line * pitch);
    }
}

void draw_gathered(const variant &v, const random_state &r, const uint64_t *index, int64_t n, uint16_t *out) {
    halide_dimension_t dim = {0, int32_t(n), 1, 0};
    halide_buffer_t from = {}, to = {};
    from.host = reinterpret_cast<uint8_t *>(const_cast<uint64_t *>(index));
    to.host = reinterpret_cast<uint8_t *>(out);
    from.dimensions = to.dimensions = 1;
    from.dim = to.dim = &dim;
    void *arguments[] = {&from, const_cast<uint64_t *>(&r.seed), const_cast<uint64_t *>(&r.stream), &to};
    (void)v.function(kernel::draws_at, dtype::u16)(arguments);
}

}  // namespace slopewise
