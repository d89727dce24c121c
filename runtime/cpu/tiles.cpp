#include "cpu/tiles.h"

#include <algorithm>

#include "cpu/copy.h"
#include "cpu/draws.h"
#include "cpu/runs.h"
#include "table/processor.h"

namespace slopewise {
namespace {

/// One thread's working memory; only the pages that a call uses are touched.
struct scratch {
    alignas(64) char staged[max_tensors][staged_bytes + staged_gaps];
    alignas(64) uint16_t draws[drawn_elements];
    alignas(64) uint16_t drawn_rows[drawn_padded + 16];
    alignas(64) uint64_t indices[gathered_elements];
};

/// Where a tile lies, and its extents.
struct tile {
    char *data[max_tensors];
    uint64_t index;
    int64_t size_a, size_b;
};

void move_along(const space &s, int d, int64_t start, tile &at) {
    at.index += uint64_t(start) * s.index_stride[d];
    for (int o = 0; o < s.operands; o++) at.data[o] += start * s.operand_of[o].stride[d];
}

/// Takes the part of the tile's number that belongs to dimension d.
void place(const space &s, const tiling &t, int d, int64_t &number, tile &at) {
    if (t.count[d] == 1) return;
    int64_t size = d == t.a ? t.size_a : d == t.b ? t.size_b : 1, skew = d == t.a ? t.skew : 0;
    int64_t end = number % t.count[d] * size + size - skew, start = std::max<int64_t>(0, end - size);
    number /= t.count[d];
    if (d == t.a) at.size_a = std::min(end, s.extent[d]) - start;
    if (d == t.b) at.size_b = std::min(end, s.extent[d]) - start;
    move_along(s, d, start, at);
}

tile locate(const space &s, const tiling &t, int64_t number) {
    tile at;
    at.index = s.index;
    at.size_a = t.size_a;
    at.size_b = t.size_b;
    for (int o = 0; o < s.operands; o++) at.data[o] = s.operand_of[o].data;
    if (t.crosses) place(s, t, t.b, number, at);
    for (int d = s.ndim - 1; d >= 0; d--) {
        if (d != t.b || !t.crosses) place(s, t, d, number, at);
    }
    return at;
}

class tile_executor {
public:
    /// `memory` may be null where nothing is staged and no draws are made.
    tile_executor(const job &j, const space &s, const tiling &t, scratch *memory) : j(j), s(s), t(t), memory(memory) {}

    void execute(const tile &at) {
        if (by_runs(at)) return execute_runs(at);
        kernel_call call = j.call(t.slopes == slope_source::none ? j.plain() : j.drawn());
        rows data[max_tensors], draws = {};
        for (int o = 0; o < s.operands; o++) data[o] = stage(at, o);
        if (t.slopes != slope_source::none) draws = make_draws(at);
        run_rows(call, data, t.slopes != slope_source::none ? &draws : nullptr, at);
        for (int o = 0; o < s.operands; o++) {
            if (t.staged[o] && s.operand_of[o].written)
                copy_tile(j.kernels, in_tensor(at, o), in_scratch(at, o), at.size_a, at.size_b, s.itemsize);
        }
    }

private:
    int64_t stride_b(int o) const { return t.b >= 0 ? s.operand_of[o].stride[t.b] : 0; }
    strided in_tensor(const tile &at, int o) const { return {at.data[o], s.operand_of[o].stride[t.a], stride_b(o)}; }
    strided in_scratch(const tile &at, int o) const { return {memory->staged[o], s.itemsize, staged_pitch(at)}; }
    /// Long rows that lie a power of two apart would share few sets of L1: a line is left out between them.
    int64_t staged_pitch(const tile &at) const { return at.size_a * s.itemsize + (t.crosses && t.size_a * s.itemsize >= 256 ? 64 : 0); }

    /// Random numbers that lie as the rows do; or rows long enough to be worth their own heads and tails.
    bool by_runs(const tile &at) const {
        constexpr int64_t long_row = 4 << 10;
        if (t.slopes != slope_source::none) return t.slopes == slope_source::fused;
        return j.kind != stores::plain && at.size_a * s.itemsize >= long_row && !t.stages_any();
    }

    void execute_runs(const tile &at) const {
        for (int64_t b = 0; b < at.size_b; b++) {
            dense_run r = {{}, at.index, at.size_a};
            for (int o = 0; o < s.operands; o++) r.data[o] = at.data[o] + b * stride_b(o);
            execute_run(j, r);
        }
    }

    /// An operand as rows: where it is, or copied to scratch.
    rows stage(const tile &at, int o) {
        if (!t.staged[o]) return {at.data[o], stride_b(o)};
        if (!s.operand_of[o].written) copy_tile(j.kernels, in_scratch(at, o), in_tensor(at, o), at.size_a, at.size_b, s.itemsize);
        return {memory->staged[o], staged_pitch(at)};
    }

    /// The draws of a tile as rows along a.
    rows make_draws(const tile &at) {
        auto *compact = reinterpret_cast<char *>(memory->draws);
        int64_t row = at.size_a * int64_t(sizeof(uint16_t));
        if (t.slopes == slope_source::gathered) {
            gather_indices(at);
            draw_gathered(j.kernels, *j.random, memory->indices, at.size_a * at.size_b, memory->draws);
            return {compact, row};
        }
        strided drawn = draw_rows(at);
        if (drawn.stride_a == sizeof(uint16_t)) return {drawn.data, drawn.stride_b};
        copy_tile(j.kernels, {compact, sizeof(uint16_t), row}, drawn, at.size_a, at.size_b, sizeof(uint16_t));
        return {compact, row};
    }

    void gather_indices(const tile &at) {
        uint64_t *out = memory->indices, along_b = t.b >= 0 ? s.index_stride[t.b] : 0;
        for (int64_t b = 0; b < at.size_b; b++) {
            for (int64_t a = 0; a < at.size_a; a++) *out++ = at.index + uint64_t(a) * s.index_stride[t.a] + uint64_t(b) * along_b;
        }
    }

    /// Draws in the order of their indices, a padded row for each line of consecutive ones.
    strided draw_rows(const tile &at) {
        int along = t.draws_along_b ? t.b : t.a, across = t.draws_along_b ? t.a : t.b;
        int64_t length = t.draws_along_b ? at.size_b : at.size_a, lines = t.draws_along_b ? at.size_a : at.size_b;
        bool downwards = s.index_stride[along] != 1;
        uint64_t first = downwards ? at.index - uint64_t(length - 1) : at.index;
        uint64_t step = across >= 0 ? s.index_stride[across] : 0;
        bool consecutive = step == uint64_t(length) && !downwards;  // lines follow each other: short rows of a dense index
        int64_t pitch = consecutive ? length : length + 16;
        uint16_t *start = memory->drawn_rows + 8;
        if (consecutive) {
            draw_consecutive(j.kernels, *j.random, first, lines * length, start);
        } else {
            draw_lines(j.kernels, *j.random, {first, step, length, lines}, pitch, start);
        }
        constexpr int64_t item = sizeof(uint16_t);
        if (downwards) start += length - 1;
        int64_t stride_along = downwards ? -item : item, stride_across = pitch * item;
        auto *data = reinterpret_cast<char *>(start);
        return t.draws_along_b ? strided{data, stride_across, stride_along} : strided{data, stride_along, stride_across};
    }

    /// One row where the rows follow each other without gaps.
    void run_rows(const kernel_call &call, rows *data, const rows *draws, const tile &at) const {
        bool joined = !draws || draws->row_stride == at.size_a * int64_t(sizeof(uint16_t));
        for (int o = 0; o < s.operands; o++) joined = joined && data[o].row_stride == at.size_a * s.itemsize;
        if (joined && at.size_b > 1) return call.on_rows(data, draws, at.size_a * at.size_b, 1);
        int64_t streamed = streams(data) ? at.size_a - at.size_a % (streamed_row / s.itemsize) : 0;
        if (streamed > 0) j.call(j.stored()).on_rows(data, nullptr, streamed, at.size_b);
        for (int o = 0; o < s.operands && streamed > 0; o++) data[o].data += streamed * s.itemsize;
        if (streamed < at.size_a) call.on_rows(data, draws, at.size_a - streamed, at.size_b);
    }

    /// Outputs past the caches: rows that begin on lines, and have no draws, for which no kernel streams.
    bool streams(const rows *data) const {
        if (j.kind != stores::streaming || t.slopes != slope_source::none) return false;
        for (int o = 0; o < s.operands; o++) {
            bool on_lines = (reinterpret_cast<uintptr_t>(data[o].data) | uintptr_t(data[o].row_stride)) % 64 == 0;
            if (s.operand_of[o].written && (t.staged[o] || !on_lines)) return false;
        }
        return true;
    }

    const job &j;
    const space &s;
    const tiling &t;
    scratch *memory;
};

/// Kept out of line: calls that need no scratch have a small frame.
__attribute__((noinline)) void execute_with_scratch(const job &j, const space &s, const tiling &t, int64_t begin, int64_t end) {
    scratch memory;
    tile_executor executor(j, s, t, &memory);
    for (int64_t i = begin; i < end; i++) executor.execute(locate(s, t, i));
}

}  // namespace

void execute_tiles(const job &j, const space &s, const tiling &t, int64_t begin, int64_t end) {
    bool direct = (t.slopes == slope_source::none || t.slopes == slope_source::fused) && !t.stages_any();
    if (direct) {
        tile_executor executor(j, s, t, nullptr);
        for (int64_t i = begin; i < end; i++) executor.execute(locate(s, t, i));
    } else {
        execute_with_scratch(j, s, t, begin, end);
    }
    if (j.kind == stores::streaming) fence_streamed_stores();
}

}  // namespace slopewise
