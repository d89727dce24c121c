#include "cpu/tiling.h"

#include <algorithm>

#include "cpu/call.h"
#include "table/processor.h"

namespace slopewise {
namespace {

/// Runs this long are worth the fused kernel although each pays for its own head and tail.
constexpr int64_t fused_run = 512;
/// Rows of a tile in which a tensor is read across: so many elements of each of its rows, some lines that the cache fetches by itself
/// after the first, and 256 bytes of each row that is written.
constexpr int64_t crossing_rows = 128;
/// Rows below it are copied together, and then are one: a call of a kernel for each of them takes longer.
constexpr int64_t narrow_row = 32;
/// Draws of a row in index order: two vectors of blocks on AVX-512.
constexpr int64_t drawn_row = 128;

bool unit(uint64_t index_stride) { return index_stride == 1 || index_stride == UINT64_MAX; }

/// The dimension along which a tensor that is not contiguous along `a` is densest.
int densest_dim(const space &s, const operand &o, int a) {
    int best = -1;
    for (int d = 0; d < s.ndim; d++) {
        if (d == a || o.stride[d] == 0) continue;
        if (best < 0 || magnitude(o.stride[d]) < magnitude(o.stride[best])) best = d;
    }
    return best;
}

int index_dim(const space &s, int a) {
    if (unit(s.index_stride[a])) return a;
    for (int d = s.ndim - 1; d >= 0; d--) {
        if (unit(s.index_stride[d])) return d;
    }
    return -1;
}

void choose_slopes(const space &s, tiling &t) {
    t.slopes = slope_source::none;
    t.draws_along_b = false;
    if (!s.random) return;
    int along = index_dim(s, t.a);
    bool whole_runs = s.ndim == 1 || s.extent[t.a] >= fused_run;
    if (s.index_stride[t.a] == 1 && whole_runs && !t.stages_any()) {
        t.slopes = slope_source::fused;
    } else if (along < 0) {
        t.slopes = slope_source::gathered;
    } else {
        t.slopes = slope_source::drawn;
        t.draws_along_b = along != t.a;
        if (t.draws_along_b) t.b = along;
    }
}

void choose_b(const space &s, tiling &t) {
    t.b = s.ndim > 1 ? s.ndim - 2 : -1;
    t.crosses = false;
    for (int o = 0; o < s.operands; o++) {
        if (!t.staged[o]) continue;
        int dense = densest_dim(s, s.operand_of[o], t.a);
        if (dense < 0 || magnitude(s.operand_of[o].stride[dense]) >= magnitude(s.operand_of[o].stride[t.a])) continue;
        t.b = dense;
        t.crosses = true;
    }
}

int64_t scratch_limit(const space &s, const tiling &t) {
    int64_t limit = max_call_elements;
    if (t.stages_any()) limit = staged_bytes / s.itemsize;
    if (t.slopes == slope_source::drawn) limit = std::min(limit, drawn_elements);
    if (t.slopes == slope_source::gathered) limit = std::min(limit, gathered_elements);
    return limit;
}

/// Kernels compute row * stride + column in int32, so only so many rows fit a call.
int64_t rows_that_fit(const space &s, const tiling &t) {
    int64_t rows = INT32_MAX;
    for (int o = 0; o < s.operands; o++) {
        int64_t stride = magnitude(s.operand_of[o].stride[t.b]) / s.itemsize;
        if (!t.staged[o] && stride > 0) rows = std::min(rows, (INT32_MAX - t.size_a) / stride);
    }
    return std::max<int64_t>(rows, 1);
}

/// A division is ten times a comparison, and most calls are one tile.
int64_t quotient(int64_t a, int64_t b) { return b == 1 ? a : a / b; }

int64_t whole_lines(int64_t elements) { return elements >= 64 ? elements & ~int64_t{63} : elements; }

void choose_sizes(const space &s, tiling &t, int64_t budget) {
    int64_t limit = std::max<int64_t>(1, std::min(budget, scratch_limit(s, t)));
    int64_t wanted_b = 1, extent_b = t.b >= 0 ? s.extent[t.b] : 1;
    if (t.crosses) wanted_b = crossing_rows;
    if (t.draws_along_b) wanted_b = drawn_row;
    wanted_b = std::min({wanted_b, extent_b, limit});
    t.size_a = s.extent[t.a];
    if (t.size_a > quotient(limit, wanted_b)) t.size_a = whole_lines(limit / wanted_b);
    t.size_b = t.slopes == slope_source::fused || extent_b == 1 ? 1 : std::min(extent_b, limit / t.size_a);
    if (t.b >= 0) t.size_b = std::min(t.size_b, rows_that_fit(s, t));
    if (t.slopes != slope_source::drawn) return;
    // Every row in index order is padded by up to two blocks.
    int64_t &rows = t.draws_along_b ? t.size_a : t.size_b, length = t.draws_along_b ? t.size_b : t.size_a;
    rows = std::max<int64_t>(1, std::min(rows, drawn_padded / (length + 16)));
}

/// Not contiguous along a, or in narrow rows with gaps between them, or out of the kernels' reach.
bool goes_through_scratch(const space &s, const operand &o, int a) {
    bool contiguous = s.extent[a] == 1 || o.stride[a] == s.itemsize;
    int64_t row = s.extent[a] * s.itemsize;
    bool narrow = a > 0 && row < narrow_row && o.stride[a - 1] != row;
    return !contiguous || narrow || !kernels_reach(o.data, s.itemsize);
}

/// Of the first output, which is never staged where tiles cross: outputs decide the order of dimensions.
int64_t elements_before_a_line(const space &s) { return int64_t(-reinterpret_cast<uintptr_t>(s.first_output().data) % 64) / s.itemsize; }

void count_tiles(const space &s, tiling &t) {
    t.tiles = 1;
    t.skew = t.crosses && !s.random && t.size_a < s.extent[t.a] ? (t.size_a - elements_before_a_line(s) % t.size_a) % t.size_a : 0;
    for (int d = 0; d < s.ndim; d++) {
        int64_t size = d == t.a ? t.size_a : d == t.b ? t.size_b : 1, extent = s.extent[d] + (d == t.a ? t.skew : 0);
        t.count[d] = size >= extent ? 1 : quotient(extent + size - 1, size);
        t.tiles *= t.count[d];
    }
}

}  // namespace

bool tiling::stages_any() const {
    return std::any_of(staged, staged + max_tensors, [](bool b) { return b; });
}

void make_tiling(const space &s, int64_t budget, tiling &t) {
    t.a = s.ndim - 1;
    for (int o = 0; o < max_tensors; o++) t.staged[o] = o < s.operands && goes_through_scratch(s, s.operand_of[o], t.a);
    choose_b(s, t);
    choose_slopes(s, t);
    choose_sizes(s, t, budget);
    count_tiles(s, t);
}

}  // namespace slopewise
