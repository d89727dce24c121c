// The flat forms: the same errors in the same order as the tensor forms, nothing outside n elements touched, and the
// tensor forms' results.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "flat_forms.h"
#include "support/slope_reference.h"

namespace slopewise::test {
namespace {

class FlatForms : public ::testing::TestWithParam<flat_form> {
protected:
    static constexpr size_t n = 67, guard = 64;
    // One byte off every alignment, with a pattern on both sides of y.
    std::vector<unsigned char> x = std::vector<unsigned char>(n * 8 + 1, 0xbc);
    std::vector<unsigned char> y = std::vector<unsigned char>(n * 8 + 2 * guard + 1, 0x3c), untouched = y;
    slopewise_rrelu_params params = default_params();

    const void *in() const { return x.data() + 1; }
    void *out() { return y.data() + guard + 1; }

    void expect_failure(slopewise_status got, slopewise_status want, const std::string &word) {
        EXPECT_EQ(got, want) << slopewise_last_error();
        EXPECT_NE(std::string(slopewise_last_error()).find(word), std::string::npos) << slopewise_last_error();
        EXPECT_TRUE(y == untouched) << "a failed call wrote";
    }
};

/// -1 in every floating type.
void minus_ones(dl &t, size_t n) {
    const double one = -1;
    const float single = -1;
    const uint16_t half = 0xbc00, brain = 0xbf80;
    const void *value = t.dtype.bits == 64 ? static_cast<const void *>(&one) : t.dtype.bits == 32 ? &single : nullptr;
    if (!value) value = t.dtype.code == kDLBfloat ? &brain : &half;
    size_t item = t.dtype.bits / 8u;
    for (size_t i = 0; i < n; i++) std::memcpy(static_cast<char *>(t.data) + i * item, value, item);
}

constexpr auto invalid = SLOPEWISE_INVALID_ARGUMENT;

TEST_P(FlatForms, PointersComeFirst) {
    const flat_form &f = GetParam();
    params.lower = NAN;
    expect_failure(f.run(nullptr, NAN, &params, out(), n), invalid, "x is NULL");
    expect_failure(f.run(in(), NAN, &params, nullptr, n), invalid, "y is NULL");
    expect_failure(f.run(nullptr, NAN, nullptr, nullptr, 1), invalid, "x is NULL");
}

// A negative number made size_t, above all.
TEST_P(FlatForms, MoreBytesThanAreCounted) {
    const flat_form &f = GetParam();
    const size_t most = size_t(PTRDIFF_MAX) / f.item();
    for (size_t count : {SIZE_MAX, SIZE_MAX / 2 + 1, most + 1}) {
        expect_failure(f.run(in(), 0.5, &params, out(), count), invalid,
                       "n is " + std::to_string(count) + ", expected at most 2^" + std::to_string(8 * sizeof(size_t) - 1));
        expect_failure(f.run(nullptr, 0.5, &params, out(), count), invalid, "x is NULL");
    }
    params.lower = 2;  // the largest n that is counted comes to the next check, and no further
    if (f.random) expect_failure(f.run(in(), 0.5, &params, out(), most), invalid, "Lower bound");
    if (f.sloped) expect_failure(f.run(in(), NAN, &params, out(), most), invalid, "slope");
}

TEST_P(FlatForms, NoElementsNeedNoPointers) {
    const flat_form &f = GetParam();
    for (uint64_t offset : {0, 1, 7, 8}) {
        params.offset = offset;
        EXPECT_EQ(f.run(nullptr, 0.5, &params, nullptr, 0), SLOPEWISE_OK) << slopewise_last_error();
        EXPECT_EQ(f.run(in(), 0.5, &params, out(), 0), SLOPEWISE_OK);
    }
    EXPECT_TRUE(y == untouched);
}

TEST_P(FlatForms, Parameters) {
    const flat_form &f = GetParam();
    double beyond = f.type.bits == 64 ? double(INFINITY) : 1e39;
    if (f.sloped) {
        for (double slope : {double(NAN), -double(INFINITY), beyond, -beyond}) {
            expect_failure(f.run(in(), slope, nullptr, out(), n), invalid, "slope");
        }
    }
    if (!f.random) return;
    expect_failure(f.run(in(), 0, nullptr, out(), n), invalid, "params is NULL");
    alignas(8) const char memory[40] = {};
    params = {NAN, 1, 0, 0, 0, nullptr, reinterpret_cast<const uint64_t *>(memory + 4)};
    expect_failure(f.run(in(), 0, &params, out(), n), invalid, "key");
    params.key = nullptr;
    expect_failure(f.run(in(), 0, &params, out(), n), invalid, "rrelu: lower bound must be finite, got nan");
    params.lower = 2;
    expect_failure(f.run(in(), 0, &params, out(), n), invalid, "Lower bound should be less than or equal");
    params.upper = -beyond;
    expect_failure(f.run(in(), 0, &params, out(), n), invalid, f.type.bits == 64 ? "upper bound" : "Lower bound");
    params = {0, beyond, 0, 0, 0, nullptr, nullptr};
    expect_failure(f.run(in(), 0, &params, out(), n), invalid, "upper bound");
}

slopewise_status tensor_form(const flat_form &f, const dl &a, const dl &b, const slopewise_rrelu_params &params) {
    return f.random   ? slopewise_rrelu(&a, &params, &b, nullptr, nullptr)
           : f.sloped ? slopewise_leaky_relu(&a, 0.25, &b, nullptr)
                      : slopewise_relu(&a, &b, nullptr);
}

// What the tensor form gives, from and to odd addresses, with the bytes around y as they were.
TEST_P(FlatForms, EqualTheTensorForm) {
    const flat_form &f = GetParam();
    alignas(8) const uint64_t key[] = {5, 6, (uint64_t{1} << 32) - 3};
    for (const uint64_t *k : {static_cast<const uint64_t *>(nullptr), key}) {
        y = untouched;
        params.offset = 5;
        params.key = k;
        ASSERT_EQ(f.run(in(), 0.25, &params, out(), n), SLOPEWISE_OK) << slopewise_last_error();
        dl a({int64_t(n)}, f.type), b({int64_t(n)}, f.type);
        std::memcpy(a.data, in(), n * f.item());
        ASSERT_EQ(tensor_form(f, a, b, params), SLOPEWISE_OK) << slopewise_last_error();
        EXPECT_EQ(std::memcmp(out(), b.data, n * f.item()), 0);
        std::memset(out(), 0x3c, n * f.item());
        EXPECT_TRUE(y == untouched) << "bytes around y";
    }
}

// Beyond a size their stores are chosen.
TEST_P(FlatForms, LargeOnesEqualTheTensorForm) {
    const flat_form &f = GetParam();
    for (size_t count : {size_t{64} << 10, (size_t{64} << 10) + 1, size_t{300001}}) {
        const size_t bytes = count * f.item();
        dl a({int64_t(count)}, f.type, {}, bytes), b({int64_t(count)}, f.type, {}, bytes);
        for (size_t i = 0; i < bytes; i++) (*a.storage)[i] = static_cast<unsigned char>(i * i / 7);
        std::vector<unsigned char> got(bytes + guard, 0x3c);
        ASSERT_EQ(f.run(a.data, 0.25, &params, got.data(), count), SLOPEWISE_OK) << slopewise_last_error();
        ASSERT_EQ(tensor_form(f, a, b, params), SLOPEWISE_OK) << slopewise_last_error();
        EXPECT_EQ(std::memcmp(got.data(), b.data, bytes), 0) << count;
        EXPECT_TRUE(std::all_of(got.begin() + ptrdiff_t(bytes), got.end(), [](unsigned char c) { return c == 0x3c; })) << count;
    }
}

/// All ways through execute: short calls, whole tiles, more than an inner cache; beginning a block or not; with the carry in block
/// numbers at 2^32, and their end at 2^61, before, within and behind them. Of -1 each element is minus its slope.
TEST_P(FlatForms, BlockNumbersCarry) {
    const flat_form &f = GetParam();
    if (!f.random) GTEST_SKIP() << "no random numbers";
    constexpr size_t longest = (64 << 10) + 700;
    dl a({int64_t(longest)}, f.type, {}, longest * 8), b({int64_t(longest)}, f.type, {}, longest * 8);
    minus_ones(a, longest);
    const bounds_in_fixed_point bounds = fixed_point_of(params.lower, params.upper);
    for (uint64_t end : {uint64_t{1} << 32, uint64_t{1} << 61}) {
        for (uint64_t before : {1, 2, 8, 63, 64, 65, 511, 512, 513, 8200}) {
            for (size_t count : {size_t{1}, size_t{9}, size_t{511}, size_t{512}, size_t{1000}, size_t{5000}, longest}) {
                if (8 * before > count + 5000) continue;
                alignas(8) const uint64_t key[] = {7, 8, end - before};
                std::vector<unsigned char> y(longest * 8);
                params.key = key;
                params.offset = count % 2 ? 0 : 5;
                a.extents[0] = b.extents[0] = int64_t(count);
                ASSERT_EQ(f.run(a.data, 0, &params, y.data(), count), SLOPEWISE_OK) << slopewise_last_error();
                ASSERT_EQ(slopewise_rrelu(&a, &params, &b, nullptr, nullptr), SLOPEWISE_OK) << slopewise_last_error();
                ASSERT_EQ(std::memcmp(y.data(), b.data, count * f.item()), 0)
                    << before << " blocks before the end, " << count << " elements";
                if (f.type.code != kDLFloat || f.type.bits == 16) continue;
                for (size_t i = 0; i < count; i++) {
                    double slope = slope_of(draw(8 * key[2] + params.offset + i, 7, 8), bounds, f.type.bits == 64);
                    double got =
                        f.type.bits == 64 ? reinterpret_cast<double *>(y.data())[i] : double(reinterpret_cast<float *>(y.data())[i]);
                    ASSERT_EQ(got, -slope) << "element " << i << " of " << count << ", " << before << " blocks before the end";
                }
            }
        }
    }
}

TEST_P(FlatForms, SuccessKeepsTheLastError) {
    const flat_form &f = GetParam();
    ASSERT_NE(f.run(nullptr, 0, &params, nullptr, 12345), SLOPEWISE_OK);
    std::string message = slopewise_last_error();
    EXPECT_NE(message.find("12345"), std::string::npos) << message;
    ASSERT_EQ(f.run(in(), 0.25, &params, out(), n), SLOPEWISE_OK);
    EXPECT_EQ(slopewise_last_error(), message);
}

INSTANTIATE_TEST_SUITE_P(All, FlatForms, ::testing::ValuesIn(flat_forms()), [](const auto &info) { return std::string(info.param.name); });

}  // namespace
}  // namespace slopewise::test
