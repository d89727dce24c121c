// The flat forms: the same errors in the same order as the tensor forms, nothing outside n elements touched, and the
// tensor forms' results.
#include <gtest/gtest.h>

#include <cmath>

#include "flat_forms.h"

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

constexpr auto invalid = SLOPEWISE_INVALID_ARGUMENT;

TEST_P(FlatForms, PointersComeFirst) {
    const flat_form &f = GetParam();
    params.lower = NAN;
    expect_failure(f.run(nullptr, NAN, &params, out(), n), invalid, "x is NULL");
    expect_failure(f.run(in(), NAN, &params, nullptr, n), invalid, "y is NULL");
    expect_failure(f.run(nullptr, NAN, nullptr, nullptr, 1), invalid, "x is NULL");
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
        slopewise_status s = f.random   ? slopewise_rrelu(&a, &params, &b, nullptr, nullptr)
                             : f.sloped ? slopewise_leaky_relu(&a, 0.25, &b, nullptr)
                                        : slopewise_relu(&a, &b, nullptr);
        ASSERT_EQ(s, SLOPEWISE_OK) << slopewise_last_error();
        EXPECT_EQ(std::memcmp(out(), b.data, n * f.item()), 0);
        std::memset(out(), 0x3c, n * f.item());
        EXPECT_TRUE(y == untouched) << "bytes around y";
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
