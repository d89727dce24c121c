// The random numbers: known answers, the reference against them, and both draws kernels against the reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "coverage.h"
#include "support/draws_check.h"

namespace slopewise::test {
namespace {

constexpr uint64_t ones = all_ones;

// Random123's kat_vectors, philox4x32 10.
TEST(Philox, KnownAnswers) {
    using words = std::array<uint32_t, 4>;
    EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
              (words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              (words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

struct bounds_case {
    double lower, upper;
};

TEST(FixedPoint, EqualsExactIntegers) {
    for (auto [lower, upper] : {bounds_case{0.125, 1.0 / 3},
                                {0.1, 0.1},
                                {-0.5, 0.5},
                                {-1, 2},
                                {-1, 1},
                                {0, 0},
                                {1e-30, 2e-30},
                                {3, 8},
                                {0.3, 0.3001},
                                {0.2, 0.2000000001},
                                {5e-324, 1e-300},
                                {-1e300, 5e-324},
                                {-5e-324, 1e308},
                                {-0.25, 0},
                                {1e-45, 1e-44},
                                {-3.4e38, 3.4e38},
                                {0.99999999999, 1}}) {
        bounds_in_fixed_point want = fixed_point_of(lower, upper);
        slopewise_slopes got = slopewise_fixed_point(lower, upper);
        EXPECT_EQ(got.low, want.low) << lower << " " << upper;
        EXPECT_EQ(got.width, want.width) << lower << " " << upper;
        EXPECT_EQ(got.shift, uint32_t(16 - want.q)) << lower << " " << upper;
        EXPECT_EQ(got.scale, std::ldexp(1.0, -want.k)) << lower << " " << upper;
    }
}

TEST(FixedPoint, EqualsExactIntegersOnRandomBounds) {
    std::mt19937_64 random(9);
    for (int round = 0; round < 200000; round++) {
        double bound[2];
        for (double &b : bound) {
            do {
                uint64_t bits = random();
                if (round % 2) bits = (bits & 0x800fffffffffffff) | (1015 + random() % 12) << 52;  // of like size
                std::memcpy(&b, &bits, sizeof b);
            } while (!std::isfinite(b));
        }
        double lower = std::min(bound[0], bound[1]), upper = std::max(bound[0], bound[1]);
        if (round % 8 == 0) upper = std::nextafter(lower, INFINITY);
        bounds_in_fixed_point want = fixed_point_of(lower, upper);
        slopewise_slopes got = slopewise_fixed_point(lower, upper);
        ASSERT_TRUE(got.low == want.low && got.width == want.width && got.shift == uint32_t(16 - want.q) &&
                    got.scale == std::ldexp(1.0, -want.k))
            << std::hexfloat << lower << " " << upper;
    }
}

TEST(FixedPoint, SlopesStayInBoundsAndCentred) {
    bounds_in_fixed_point b = fixed_point_of(0.125, 1.0 / 3);
    double sum = 0;
    constexpr int n = 1 << 20;
    for (uint64_t i = 0; i < n; i++) {
        double r = slope_of(draw(i, 1, 2), b, false);
        ASSERT_GE(r, 0.125);
        ASSERT_LE(r, double(float(1.0 / 3)));
        sum += r;
    }
    double width = 1.0 / 3 - 0.125, deviation = width / std::sqrt(12.0 * n);
    EXPECT_NEAR(sum / n, 0.125 + width / 2, 5 * deviation + 1.5 * width / 65536);
}

// Fixed for good: a release that changes one of these breaks every stored seed.
TEST(KnownAnswers, DrawsSlopesAndBounds) {
    constexpr uint16_t seed_42[] = {61523, 18747, 20653, 46039, 40170, 30709, 4799,  22338,
                                    8487,  27901, 23150, 1787,  64731, 21434, 33679, 29774};
    constexpr uint16_t wrapping[] = {23334, 10577, 7914, 27098, 58119, 33750, 19437, 53137};
    constexpr float slopes[] = {0.32057514786720276f, 0.1845947504043579f,  0.1906537115573883f,  0.271353155374527f,
                                0.2526962161064148f,  0.22262068092823029f, 0.14025551080703735f, 0.19601015746593475f};
    for (uint64_t i = 0; i < 16; i++) EXPECT_EQ(draw(i, 42, 0), seed_42[i]) << i;
    for (uint64_t i = 0; i < 8; i++) EXPECT_EQ(draw(ones - 3 + i, ones, ones), wrapping[i]) << i;
    slopewise_slopes s = slopewise_fixed_point(0.125, 1.0 / 3);
    EXPECT_EQ(s.low, 268435456);
    EXPECT_EQ(s.width, 54613);
    EXPECT_EQ(s.shift, 16u - 13u);
    EXPECT_EQ(s.scale, 0x1p-31);
    slopewise_rrelu_params p = {0.125, 1.0 / 3, 42, 0, 0, nullptr, nullptr};
    float x[8], y[8];
    std::fill(x, x + 8, -1.0f);
    ASSERT_EQ(slopewise_rrelu_f32(x, &p, y, 8), SLOPEWISE_OK) << slopewise_last_error();
    for (int i = 0; i < 8; i++) EXPECT_EQ(y[i], -slopes[i]) << i;
}

class Draws : public ::testing::TestWithParam<uint64_t> {};

TEST_P(Draws, ConsecutiveEqualReference) {
    for (const variant *v : usable_variants()) {
        SCOPED_TRACE(v->name);
        if (!v->function(kernel::draws, dtype::u16)) continue;  // a GPU draws in its other kernels
        ASSERT_EQ(check_draws(*v, GetParam(), [](size_t) {}), "");
        note_checked(*v, {kernel::draws, dtype::u16});
    }
}

TEST_P(Draws, LinesEqualReference) {
    for (const variant *v : usable_variants()) {
        SCOPED_TRACE(v->name);
        if (!v->function(kernel::draws, dtype::u16)) continue;
        // Whole blocks apart, part of one, nothing, backwards, and as far as blocks go.
        for (uint64_t step :
             {uint64_t{4096}, uint64_t{1000}, uint64_t{13}, uint64_t{0}, ones - 4095, uint64_t{1} << 62, uint64_t{1} << 34}) {
            index_lines lines = {GetParam(), step, 37, 9};
            constexpr int64_t pitch = 37 + 16;
            std::vector<uint16_t> out(size_t(8 + 9 * pitch), 0x5a5a);
            draw_lines(*v, {{}, 5, 6}, lines, pitch, out.data() + 8);
            for (int64_t line = 0; line < lines.count; line++) {
                for (int64_t i = 0; i < lines.length; i++) {
                    uint64_t index = GetParam() + uint64_t(line) * step + uint64_t(i);
                    ASSERT_EQ(out[size_t(8 + line * pitch + i)], draw(index, 5, 6))
                        << "line " << line << " element " << i << " step " << step;
                }
            }
        }
    }
}

TEST_P(Draws, GatheredEqualReference) {
    for (const variant *v : usable_variants()) {
        SCOPED_TRACE(v->name);
        if (!v->function(kernel::draws_at, dtype::u16)) continue;
        std::vector<uint64_t> index;
        for (uint64_t i = 0; i < 333; i++) index.push_back(GetParam() + i * i * 7 - (i % 5) * 0x100000000);
        for (size_t n : {size_t{0}, size_t{1}, size_t{5}, size_t{16}, index.size()}) {
            std::vector<uint16_t> out(n + 1, 0x5a5a);
            draw_gathered(*v, {{}, 3, ones}, index.data(), int64_t(n), out.data());
            for (size_t i = 0; i < n; i++) ASSERT_EQ(out[i], draw(index[i], 3, ones)) << i << " of " << n;
            ASSERT_EQ(out[n], 0x5a5a);
        }
        note_checked(*v, {kernel::draws_at, dtype::u16});
    }
}

// Blocks around 2^32 and 2^61, where block numbers carry and wrap.
INSTANTIATE_TEST_SUITE_P(Indices, Draws,
                         ::testing::Values(0, 3, 8 * 0xffffffffu - 100, (uint64_t{1} << 35) - 5, uint64_t{1} << 35, ones - 1000, ones));

}  // namespace
}  // namespace slopewise::test
