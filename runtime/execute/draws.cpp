#include "execute/draws.h"

#include <algorithm>

namespace slopewise {
namespace {

void call_draws(const variant &v, const random_state &r, uint64_t block, int64_t n, uint16_t *out) {
    halide_dimension_t dim = {0, int32_t(n), 1, 0};
    halide_buffer_t buffer = {};
    buffer.host = reinterpret_cast<uint8_t *>(out);
    buffer.dimensions = 1;
    buffer.dim = &dim;
    void *arguments[] = {const_cast<uint64_t *>(&r.seed), const_cast<uint64_t *>(&r.stream), &block, &buffer};
    (void)v.function(kernel::draws, dtype::u16)(arguments);
}

}  // namespace

void draw_consecutive(const variant &v, const random_state &r, uint64_t index, int64_t n, uint16_t *out) {
    int64_t phase = int64_t(index % 8), blocks = (phase + n + 7) / 8;
    uint64_t block = index / 8;
    constexpr uint64_t last_block = UINT64_MAX / 8;  // indices wrap at 2^64, so block numbers at 2^61
    out -= phase;
    while (blocks > 0) {
        int64_t some = std::min({blocks, blocks_before_carry(block), int64_t(last_block - block) + 1});
        call_draws(v, r, block, 8 * some, out);
        out += 8 * some;
        blocks -= some;
        block = (block + uint64_t(some)) & last_block;
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
