// How spaces are cut is a plain function of their sizes and strides: what each kind of layout gives, at every edge, and what holds of any.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "cpu/tiling.h"

namespace slopewise::test {
namespace {

using strides = std::vector<int64_t>;
constexpr int64_t no_budget = int64_t{1} << 40;
constexpr uint64_t backwards = UINT64_MAX;

/// Extents, and each operand's strides in elements, the output's last, whose data begin on a line.
space space_of(const strides &extents, const std::vector<strides> &operands, int itemsize) {
    alignas(64) static char memory[64];
    space s = {};
    s.ndim = int(extents.size());
    s.itemsize = itemsize;
    std::copy(extents.begin(), extents.end(), s.extent);
    for (const strides &one : operands) {
        operand &o = s.operand_of[s.operands++];
        o.data = memory;
        for (int d = 0; d < s.ndim; d++) o.stride[d] = one[size_t(d)] * itemsize;
    }
    s.operand_of[s.operands - 1].written = true;
    return s;
}

space random_space(const strides &extents, const std::vector<strides> &operands, int itemsize, const std::vector<uint64_t> &indices) {
    space s = space_of(extents, operands, itemsize);
    s.random = true;
    std::copy(indices.begin(), indices.end(), s.index_stride);
    return s;
}

tiling cut(const space &s, int64_t budget = no_budget) {
    tiling t;
    make_tiling(s, budget, t);
    return t;
}

struct expected {
    int a, b;
    int64_t size_a, size_b, tiles;
};
void expect_cut(const tiling &t, const expected &e, const char *what) {
    EXPECT_EQ(t.a, e.a) << what;
    EXPECT_EQ(t.b, e.b) << what;
    EXPECT_EQ(t.size_a, e.size_a) << what;
    EXPECT_EQ(t.size_b, e.size_b) << what;
    EXPECT_EQ(t.tiles, e.tiles) << what;
}

TEST(Tiling, ARunIsCutInWholeLines) {
    const space run = space_of({1000000}, {{1}, {1}}, 4);
    expect_cut(cut(run, 1000), {0, -1, 960, 1, 1042}, "a multiple of 64 elements");
    expect_cut(cut(run, 64), {0, -1, 64, 1, 15625}, "one line");
    expect_cut(cut(run, 63), {0, -1, 63, 1, 15874}, "less than one");
    expect_cut(cut(run, 999999), {0, -1, 999936, 1, 2}, "the last one is short");
    expect_cut(cut(run, 1000000), {0, -1, 1000000, 1, 1}, "all at once");
    expect_cut(cut(run, 0), {0, -1, 1, 1, 1000000}, "never nothing");
}

TEST(Tiling, RowsAreTakenTogether) {
    const space rows = space_of({7, 100, 1000}, {{102400, 1024, 1}, {102400, 1024, 1}}, 4);
    expect_cut(cut(rows, 4999), {2, 1, 1000, 4, 7 * 25}, "as many as the budget holds");
    expect_cut(cut(rows, 1000), {2, 1, 1000, 1, 700}, "one");
    expect_cut(cut(rows, 999), {2, 1, 960, 1, 1400}, "parts of one");
    expect_cut(cut(rows), {2, 1, 1000, 100, 7}, "all");
    EXPECT_FALSE(cut(rows).stages_any());
    EXPECT_FALSE(cut(rows).crosses);
    EXPECT_EQ(cut(rows).skew, 0);
    EXPECT_EQ(cut(rows).slopes, slope_source::none);
}

/// Kernels count elements in 32 bits.
TEST(Tiling, KernelsReachAllOfATile) {
    for (int64_t stride : {int64_t{1} << 20, int64_t{-1} << 20}) {
        tiling t = cut(space_of({5000, 1000}, {{stride, 1}, {1000, 1}}, 4));
        expect_cut(t, {1, 0, 1000, 2047, 3}, "rows far from each other");
    }
    expect_cut(cut(space_of({5000, 1000}, {{int64_t{1} << 40, 1}, {1000, 1}}, 4)), {1, 0, 1000, 1, 5000}, "further than they count");
    expect_cut(cut(space_of({5000, 1000}, {{0, 1}, {1000, 1}}, 4)), {1, 0, 1000, 5000, 1}, "one row again and again");
}

bool is_staged(const space &s, size_t operand) { return cut(s).staged[operand]; }

TEST(Tiling, WhatGoesThroughScratch) {
    for (int itemsize : {1, 2, 4, 8}) {
        EXPECT_FALSE(is_staged(space_of({100, 64}, {{80, 1}, {64, 1}}, itemsize), 0)) << "rows";
        EXPECT_TRUE(is_staged(space_of({100, 64}, {{128, 2}, {64, 1}}, itemsize), 0)) << "every second element";
        EXPECT_FALSE(is_staged(space_of({100, 64}, {{128, 2}, {64, 1}}, itemsize), 1)) << "and not the output";
        EXPECT_TRUE(is_staged(space_of({100, 64}, {{1, 0}, {64, 1}}, itemsize), 0)) << "one element for a row";
        EXPECT_TRUE(is_staged(space_of({100, 64}, {{128, -1}, {64, 1}}, itemsize), 0)) << "backwards";
        int64_t narrow = 32 / itemsize;
        EXPECT_FALSE(is_staged(space_of({100, narrow}, {{99, 1}, {narrow, 1}}, itemsize), 0)) << "32 bytes and a gap";
        EXPECT_FALSE(is_staged(space_of({narrow / 2}, {{1}, {1}}, itemsize), 0)) << "one short run";
        if (narrow == 4) continue;
        EXPECT_TRUE(is_staged(space_of({100, narrow - 1}, {{99, 1}, {narrow - 1, 1}}, itemsize), 0)) << "less than 32 bytes and a gap";
        EXPECT_FALSE(is_staged(space_of({100, narrow - 1}, {{narrow - 1, 1}, {narrow - 1, 1}}, itemsize), 0)) << "no gap";
    }
}

/// A tensor that is dense along another dimension is read along that one, in tiles of many rows.
TEST(Tiling, CrossingTiles) {
    const space across = space_of({1000, 1000}, {{1, 1000}, {1000, 1}}, 4);
    tiling t = cut(across);
    EXPECT_TRUE(t.crosses && t.staged[0] && !t.staged[1]);
    expect_cut(t, {1, 0, 64, 128, 16 * 8}, "32 KiB of 128 rows");
    EXPECT_EQ(t.skew, 0);
    expect_cut(cut(space_of({1000, 1000}, {{1, 1000}, {1000, 1}}, 8)), {1, 0, 32, 128, 32 * 8}, "of eight bytes");
    expect_cut(cut(space_of({100, 1000}, {{1, 100}, {1000, 1}}, 4)), {1, 0, 64, 100, 16}, "fewer rows");
    expect_cut(cut(space_of({100, 20}, {{1, 100}, {20, 1}}, 4)), {1, 0, 20, 100, 1}, "all in one");
    expect_cut(cut(space_of({1000, 7, 20}, {{1, 20000, 1000}, {140, 20, 1}}, 4)), {2, 0, 20, 409, 3 * 7},
               "the dimension in which it is dense");
    EXPECT_FALSE(cut(space_of({1000, 1000}, {{2000, 2}, {1000, 1}}, 4)).crosses) << "densest along the rows after all";
    EXPECT_FALSE(cut(space_of({1000, 1000}, {{0, 2}, {1000, 1}}, 4)).crosses) << "a row that repeats is no denser";
    EXPECT_TRUE(cut(space_of({1000, 1000}, {{-1, 1000}, {1000, 1}}, 4)).crosses) << "backwards too";
}

TEST(Tiling, TheFirstTileEndsWhereALineOfTheOutputBegins) {
    for (int off = 0; off < 64; off += 4) {
        space across = space_of({1000, 1000}, {{1, 1000}, {1000, 1}}, 4);
        across.operand_of[1].data += off;
        tiling t = cut(across);
        int64_t first = t.size_a - t.skew;
        EXPECT_EQ((off + first * 4) % 64, 0) << off;
        EXPECT_TRUE(t.skew >= 0 && t.skew < t.size_a) << off;
        EXPECT_EQ(t.count[1], (1000 + t.skew + 63) / 64) << off;
        across.random = true;
        across.index_stride[0] = 1000;
        across.index_stride[1] = 1;
        EXPECT_EQ(cut(across).skew, 0) << "draws count from the first";
    }
    space narrow = space_of({1000, 20}, {{1, 1000}, {20, 1}}, 4);
    narrow.operand_of[1].data += 4;
    EXPECT_EQ(cut(narrow).skew, 0) << "one tile a row";
}

TEST(Tiling, WhereSlopesComeFrom) {
    auto rows = [](int64_t length, const std::vector<uint64_t> &indices) {
        return cut(random_space({100, length}, {{length + 64, 1}, {length + 64, 1}}, 4, indices));
    };
    auto source = [&](int64_t length, const std::vector<uint64_t> &indices) { return rows(length, indices).slopes; };
    EXPECT_EQ(source(512, {1000, 1}), slope_source::fused);
    EXPECT_EQ(source(511, {1000, 1}), slope_source::drawn) << "too short to be worth a head and a tail";
    EXPECT_EQ(source(512, {1000, backwards}), slope_source::drawn);
    EXPECT_EQ(source(512, {1000, 2}), slope_source::gathered);
    EXPECT_EQ(source(512, {1, 100}), slope_source::drawn);
    EXPECT_EQ(source(512, {backwards, 100}), slope_source::drawn);
    EXPECT_TRUE(rows(512, {1, 100}).draws_along_b);
    EXPECT_FALSE(rows(511, {1000, 1}).draws_along_b);
    EXPECT_EQ(cut(random_space({100}, {{1}, {1}}, 4, {1})).slopes, slope_source::fused) << "one run, however short";
    EXPECT_EQ(cut(random_space({1000}, {{2}, {1}}, 4, {1})).slopes, slope_source::drawn) << "staged";
    expect_cut(rows(512, {1000, 1}), {1, 0, 512, 1, 100}, "fused: a row at a time");
    expect_cut(rows(500, {1000, 1}), {1, 0, 500, 32, 4}, "drawn: 16 Ki draws");
    expect_cut(rows(24, {1000, 1}), {1, 0, 24, 100, 1}, "all");
    expect_cut(rows(512, {1000, 2}), {1, 0, 512, 4, 25}, "gathered: 2 Ki");
    expect_cut(rows(512, {1, 100}), {1, 0, 128, 100, 4}, "drawn along b: rows of 100 draws");
    tiling inner = cut(random_space({200, 30, 40}, {{1300, 40, 1}, {1300, 40, 1}}, 4, {1, 9, 300}));
    expect_cut(inner, {2, 0, 40, 200, 30}, "along the dimension that has the indices");
    EXPECT_TRUE(inner.draws_along_b);
    expect_cut(cut(random_space({10000, 3}, {{8, 1}, {8, 1}}, 1, {3, 1})), {1, 0, 3, 1293, 8}, "padding counts: 24 Ki in rows of 3 + 16");
}

constexpr int rounds = 20000;

/// Scratch is made of the constants; a tile that holds more would write beside it.
TEST(Tiling, OfAnySpaceFitsScratchAndCoversIt) {
    std::mt19937 random(1);
    auto below = [&](int64_t n) { return int64_t(random() % uint64_t(n)); };
    for (int round = 0; round < rounds; round++) {
        strides extents(size_t(below(4)) + 1);
        for (int64_t &e : extents) e = below(3) ? below(40) + 2 : below(3000) + 2;
        std::vector<strides> operands(3, strides(extents.size()));
        for (strides &one : operands) {
            for (int64_t &stride : one) stride = below(3) ? below(5000) - 2500 : below(2);
            if (below(3)) one.back() = 1;
        }
        std::vector<uint64_t> indices(extents.size());
        for (uint64_t &i : indices) i = uint64_t(below(5) - 2);
        const int itemsize = 1 << below(4);
        space s = below(2) ? random_space(extents, operands, itemsize, indices) : space_of(extents, operands, itemsize);
        s.operand_of[2].data += itemsize * below(64 / itemsize);
        const int64_t budget = below(2) ? no_budget : below(100000);
        tiling t = cut(s, budget);
        int64_t held = t.size_a * t.size_b, tiles = 1;
        ASSERT_TRUE(t.size_a >= 1 && t.size_b >= 1 && held <= std::max<int64_t>(budget, 1)) << round;
        for (int o = 0; o < 3; o++) {
            if (t.staged[o]) ASSERT_LE(held * itemsize, staged_bytes) << round;
        }
        if (t.slopes == slope_source::gathered) ASSERT_LE(held, gathered_elements) << round;
        if (t.slopes == slope_source::drawn) {
            ASSERT_LE(held, drawn_elements) << round;
            int64_t length = t.draws_along_b ? t.size_b : t.size_a, rows = held / length;
            ASSERT_TRUE(rows == 1 || rows * (length + 16) <= drawn_padded) << round;
        }
        for (int d = 0; d < s.ndim; d++) {
            int64_t size = d == t.a ? t.size_a : d == t.b ? t.size_b : 1, extent = s.extent[d] + (d == t.a ? t.skew : 0);
            ASSERT_TRUE(t.count[d] * size >= extent && (t.count[d] - 1) * size < extent) << round << ", dimension " << d;
            tiles *= t.count[d];
        }
        ASSERT_EQ(t.tiles, tiles) << round;
    }
}

}  // namespace
}  // namespace slopewise::test
