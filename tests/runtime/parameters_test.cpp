// The error table's later rows: bounds and slopes, overlap, variants; and what is legal beside them.
#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>

#include "tensors.h"

namespace slopewise::test {
namespace {

void expect_status(slopewise_status got, slopewise_status want, const std::string &word = "") {
    EXPECT_EQ(got, want) << slopewise_status_name(got) << ": " << slopewise_last_error();
    if (want != SLOPEWISE_OK) {
        EXPECT_NE(std::string(slopewise_last_error()).find(word), std::string::npos)
            << "no \"" << word << "\" in: " << slopewise_last_error();
    }
}

constexpr auto invalid = SLOPEWISE_INVALID_ARGUMENT;

slopewise_status rrelu(double lower, double upper, DLDataType type = f32) {
    dl x({4}, type), y({4}, type);
    std::memset(x.data, 0xbc, 32);  // negative in every type, so that a call that runs changes y
    slopewise_rrelu_params p = {lower, upper, 0, 0, 0, nullptr, nullptr};
    slopewise_status s = slopewise_rrelu(&x, &p, &y, nullptr, nullptr);
    EXPECT_EQ(s != SLOPEWISE_OK, y.untouched());
    return s;
}

TEST(Bounds, FiniteAndOrdered) {
    expect_status(rrelu(NAN, 1), invalid, "rrelu: lower bound must be finite, got nan");
    expect_status(rrelu(-INFINITY, 1), invalid, "rrelu: lower bound must be finite, got -inf");
    expect_status(rrelu(0, INFINITY), invalid, "rrelu: upper bound must be finite, got inf");
    expect_status(rrelu(0.5, 0.25), invalid, "Lower bound should be less than or equal to the upper bound");
    EXPECT_EQ(std::string(slopewise_last_error()).find("Lower bound"), 0u);
    for (auto [lower, upper] : {std::pair{0.5, 0.5}, {-2.0, -1.0}, {-1.0, 3.0}, {0.0, 0.0}, {2.0, 5.0}})
        expect_status(rrelu(lower, upper), SLOPEWISE_OK);
}

TEST(Bounds, MagnitudeOfTheComputingType) {
    for (DLDataType type : {f32, f16, bf16}) {
        expect_status(rrelu(-1e39, 0, type), invalid, "lower bound");
        expect_status(rrelu(0, 1e39, type), invalid, "upper bound");
        expect_status(rrelu(-double(FLT_MAX), double(FLT_MAX), type), SLOPEWISE_OK);
    }
    expect_status(rrelu(-DBL_MAX, DBL_MAX, f64), SLOPEWISE_OK);
}

TEST(Bounds, Evaluation) {
    dl x({4}), y({4}), wide({4}, f64), wide_y({4}, f64);
    expect_status(slopewise_rrelu_eval(&x, NAN, 1, &y, nullptr), invalid, "lower bound must be finite");
    expect_status(slopewise_rrelu_eval(&x, 2, 1, &y, nullptr), invalid, "Lower bound should be");
    expect_status(slopewise_rrelu_eval(&x, 1e39, 1e39, &y, nullptr), invalid, "f32");
    expect_status(slopewise_rrelu_eval(&wide, DBL_MAX, DBL_MAX, &wide_y, nullptr), invalid, "midpoint");
    expect_status(slopewise_rrelu_eval(&wide, -DBL_MAX, DBL_MAX, &wide_y, nullptr), SLOPEWISE_OK);
}

TEST(Slope, FiniteInTheComputingType) {
    dl x({4}), y({4}), wide({4}, f64), wide_y({4}, f64);
    for (double largest : {double(FLT_MAX), -double(FLT_MAX)}) expect_status(slopewise_leaky_relu(&x, largest, &y, nullptr), SLOPEWISE_OK);
    for (double largest : {DBL_MAX, -DBL_MAX}) expect_status(slopewise_leaky_relu(&wide, largest, &wide_y, nullptr), SLOPEWISE_OK);
    const double beyond = std::nextafter(double(FLT_MAX), 1e39);
    for (double slope : {double(NAN), double(INFINITY), -double(INFINITY), 1e39, beyond, -beyond}) {
        expect_status(slopewise_leaky_relu(&x, slope, &y, nullptr), invalid, "slope");
        expect_status(slopewise_leaky_relu_backward(&x, &x, 0, slope, &y, nullptr), invalid, "slope");
    }
    EXPECT_TRUE(y.untouched());
    expect_status(slopewise_leaky_relu(&wide, 1e39, &wide_y, nullptr), SLOPEWISE_OK);
    expect_status(slopewise_leaky_relu(&x, -3, &y, nullptr), SLOPEWISE_OK);
}

TEST(SavedOutput, NeedsNonNegativeSlopes) {
    dl g({4}), x({4}), y({4});
    auto p = default_params();
    expect_status(slopewise_leaky_relu_backward(&g, &x, 1, -0.5, &y, nullptr), invalid, "input");
    expect_status(slopewise_leaky_relu_backward(&g, &x, 1, 0.0, &y, nullptr), SLOPEWISE_OK);
    expect_status(slopewise_leaky_relu_backward(&g, &x, 0, -0.5, &y, nullptr), SLOPEWISE_OK);
    p.lower = -0.1;
    expect_status(slopewise_rrelu_backward(&g, &x, 1, &p, &y, nullptr), invalid, "input");
    expect_status(slopewise_rrelu_backward(&g, &x, 0, &p, &y, nullptr), SLOPEWISE_OK);
}

TEST(Flat, ChecksItsArguments) {
    float x[4] = {-1, 1, -2, 2}, y[4] = {7, 7, 7, 7};
    auto p = default_params();
    expect_status(slopewise_relu_f32(nullptr, y, 4), invalid, "x");
    expect_status(slopewise_relu_f32(x, nullptr, 4), invalid, "y");
    expect_status(slopewise_relu_f32(nullptr, nullptr, 0), SLOPEWISE_OK);
    expect_status(slopewise_leaky_relu_f32(x, NAN, y, 4), invalid, "slope");
    expect_status(slopewise_leaky_relu_f32(nullptr, 1, y, 4), invalid, "x");
    expect_status(slopewise_rrelu_f32(x, nullptr, y, 4), invalid, "params");
    p.lower = 3;
    expect_status(slopewise_rrelu_f32(x, &p, y, 4), invalid, "Lower bound");
    EXPECT_EQ(y[0], 7);
    expect_status(slopewise_relu_f32(x, x, 4), SLOPEWISE_OK);
    EXPECT_EQ(x[0], 0);
}

TEST(Overlap, InPlaceWhereTheContractSays) {
    dl x({4}), s({4}), n({4});
    auto p = default_params();
    expect_status(slopewise_relu(&x, &x, nullptr), SLOPEWISE_OK);
    expect_status(slopewise_rrelu(&x, &p, &x, &n, nullptr), SLOPEWISE_OK);
    expect_status(slopewise_relu_backward(&x, &s, &x, nullptr), SLOPEWISE_OK);
    expect_status(slopewise_rrelu_backward(&x, &s, 0, &p, &x, nullptr), SLOPEWISE_OK);
    expect_status(slopewise_rrelu_backward_noise(&x, &n, &x, nullptr), SLOPEWISE_OK);
    expect_status(slopewise_relu_backward(&x, &s, &s, nullptr), SLOPEWISE_OVERLAP, "x_or_y");
    expect_status(slopewise_relu_backward(&x, &x, &x, nullptr), SLOPEWISE_OVERLAP, "x_or_y");
    expect_status(slopewise_rrelu_backward_noise(&x, &n, &n, nullptr), SLOPEWISE_OVERLAP, "noise");
    expect_status(slopewise_rrelu(&x, &p, &s, &x, nullptr), SLOPEWISE_OVERLAP, "noise");
    expect_status(slopewise_rrelu(&x, &p, &s, &s, nullptr), SLOPEWISE_OVERLAP, "noise");
    dl half = x.view({2}, {}, 0);
    expect_status(slopewise_crelu(&half, 0, &x, nullptr), SLOPEWISE_OVERLAP, "x");
}

TEST(Overlap, Views) {
    dl buffer({64});
    auto run = [&](const dl &x, const dl &y) { return slopewise_relu(&x, &y, nullptr); };
    auto v = [&](std::vector<int64_t> shape, std::vector<int64_t> strides, int64_t start) { return buffer.view(shape, strides, start); };
    expect_status(run(v({8}, {}, 0), v({8}, {}, 8)), SLOPEWISE_OK);
    expect_status(run(v({8}, {}, 0), v({8}, {}, 7)), SLOPEWISE_OVERLAP, "share memory");
    expect_status(run(v({8}, {}, 1), v({8}, {}, 0)), SLOPEWISE_OVERLAP, "share memory");
    // Column blocks side by side; even and odd columns; every third.
    expect_status(run(v({4, 4}, {8, 1}, 0), v({4, 4}, {8, 1}, 4)), SLOPEWISE_OK);
    expect_status(run(v({4, 4}, {8, 1}, 0), v({4, 4}, {8, 1}, 3)), SLOPEWISE_OVERLAP);
    expect_status(run(v({4, 4}, {8, 1}, 4), v({4, 4}, {8, 1}, 8)), SLOPEWISE_OK);
    expect_status(run(v({8}, {2}, 0), v({8}, {2}, 1)), SLOPEWISE_OK);
    expect_status(run(v({8}, {2}, 0), v({8}, {2}, 2)), SLOPEWISE_OVERLAP);
    expect_status(run(v({4, 2}, {12, 3}, 0), v({4, 2}, {12, 3}, 7)), SLOPEWISE_OK);
    expect_status(run(v({8}, {-2}, 15), v({8}, {-2}, 14)), SLOPEWISE_OK);
    // Equal memory, other strides.
    expect_status(run(v({4, 4}, {4, 1}, 0), v({4, 4}, {1, 4}, 0)), SLOPEWISE_OVERLAP);
    expect_status(run(v({4}, {1}, 0), v({4}, {-1}, 3)), SLOPEWISE_OVERLAP);
    // Outputs that overlap themselves; inputs may broadcast.
    dl other({64});
    expect_status(run(other, v({64}, {0}, 0)), SLOPEWISE_OVERLAP, "each other");
    dl x = other.view({3, 4}, {}, 0);
    expect_status(run(x, v({3, 4}, {2, 1}, 0)), SLOPEWISE_OVERLAP, "each other");
    expect_status(run(x, v({3, 4}, {1, 1}, 0)), SLOPEWISE_OVERLAP, "each other");
    expect_status(run(other.view({3, 4}, {0, 1}, 0), v({3, 4}, {4, 1}, 0)), SLOPEWISE_OK);
    // Unaligned by a byte: halves of two elements are shared.
    dl shifted = buffer.view({8}, {2}, 0);
    shifted.byte_offset = 6;
    expect_status(run(v({8}, {2}, 0), shifted), SLOPEWISE_OVERLAP);
}

TEST(Overlap, NoiseBesideOutput) {
    dl buffer({64}), x({4, 4});
    auto p = default_params();
    dl y = buffer.view({4, 4}, {8, 1}, 0), noise = buffer.view({4, 4}, {8, 1}, 4), crossing = buffer.view({4, 4}, {8, 1}, 2);
    expect_status(slopewise_rrelu(&x, &p, &y, &noise, nullptr), SLOPEWISE_OK);
    expect_status(slopewise_rrelu(&x, &p, &y, &crossing, nullptr), SLOPEWISE_OVERLAP, "noise");
}

TEST(Overlap, KeyOutsideOutputs) {
    dl x({8}), y({8});
    auto p = default_params();
    p.key = reinterpret_cast<const uint64_t *>(y.storage->data());
    expect_status(slopewise_rrelu(&x, &p, &y, nullptr, nullptr), SLOPEWISE_OVERLAP, "key");
    EXPECT_TRUE(y.untouched());
}

TEST(Variants, OptionNamesOne) {
    dl x({4}), y({4});
    slopewise_options o = default_options();
    for (const char *name : {"nonsense", "", "AVX2", "cuda-80"}) {
        o.variant = name;
        expect_status(slopewise_relu(&x, &y, &o), SLOPEWISE_UNAVAILABLE_VARIANT, name);
        EXPECT_NE(std::string(slopewise_last_error()).find(SLOPEWISE_BASELINE), std::string::npos) << "usable ones are not listed";
    }
    EXPECT_TRUE(y.untouched());
    std::vector<slopewise_variant> all(slopewise_variants(nullptr, 0));
    ASSERT_EQ(slopewise_variants(all.data(), all.size()), all.size());
    int usable = 0;
    for (const slopewise_variant &v : all) {
        o.variant = v.name;
        bool runs = v.usable && std::string(v.device) == "cpu";  // the tensors are there
        expect_status(slopewise_relu(&x, &y, &o), runs ? SLOPEWISE_OK : SLOPEWISE_UNAVAILABLE_VARIANT, v.name);
        EXPECT_EQ(v.usable, v.reason[0] == '\0');
        usable += v.usable;
    }
    EXPECT_GT(usable, 0);
}

TEST(Explain, TextAndErrors) {
    char text[400];
    expect_status(slopewise_explain("rrelu", "f32", 1000000, text, sizeof text), SLOPEWISE_OK);
    for (const char *word : {"variant: ", "stores: ", "threads: "}) EXPECT_NE(std::string(text).find(word), std::string::npos) << text;
    char cut[10];
    std::memset(cut, 'z', sizeof cut);
    expect_status(slopewise_explain("relu", "i8", 5, cut, 4), SLOPEWISE_OK);
    EXPECT_EQ(std::strlen(cut), 3u);
    EXPECT_EQ(cut[4], 'z');
    expect_status(slopewise_explain("relu", "u8", 5, nullptr, 0), SLOPEWISE_OK);
    expect_status(slopewise_explain("gelu", "f32", 5, text, sizeof text), invalid, "gelu");
    expect_status(slopewise_explain(nullptr, "f32", 5, text, sizeof text), invalid, "op");
    expect_status(slopewise_explain("relu", "f32", -5, text, sizeof text), invalid, "-5");
    expect_status(slopewise_explain("relu", "u16", 5, text, sizeof text), SLOPEWISE_UNSUPPORTED_DTYPE, "u16");
    expect_status(slopewise_explain("rrelu", "i8", 5, text, sizeof text), SLOPEWISE_UNSUPPORTED_DTYPE, "i8");
}

/// What a line of the prose says first.
std::string word_after(const std::string &text, const std::string &label) {
    size_t begin = text.find("\n" + label + ": ") + label.size() + 3;
    return text.substr(begin, text.find_first_of(" \n", begin) - begin);
}

TEST(Choose, SaysWhatTheProseSays) {
    for (const char *op : {"relu", "leaky_relu", "rrelu", "rrelu_eval", "crelu", "relu_backward", "leaky_relu_backward", "rrelu_backward",
                           "rrelu_backward_noise", "crelu_backward"}) {
        for (int64_t elements : {0, 1, 100, 1000, 100000, 10000000, 1000000000}) {
            slopewise_choice c = {};
            c.struct_size = sizeof c;
            char text[1024];
            expect_status(slopewise_choose(op, "f32", elements, &c), SLOPEWISE_OK);
            expect_status(slopewise_explain(op, "f32", elements, text, sizeof text), SLOPEWISE_OK);
            EXPECT_EQ(c.variant, word_after(text, "variant"));
            EXPECT_EQ(c.kernel, word_after(text, "kernel"));
            EXPECT_EQ(c.stores, word_after(text, "stores"));
            EXPECT_EQ(std::to_string(c.threads), word_after(text, "threads"));
        }
    }
}

TEST(Choose, ErrorsLeaveTheStructureAlone) {
    const char *mine = "mine";
    slopewise_choice c = {sizeof c, mine, mine, mine, -1};
    expect_status(slopewise_choose("gelu", "f32", 5, &c), invalid, "choose: op is \"gelu\"");
    expect_status(slopewise_choose("relu", "f32", -5, &c), invalid, "-5");
    expect_status(slopewise_choose("relu", "u16", 5, &c), SLOPEWISE_UNSUPPORTED_DTYPE, "u16");
    expect_status(slopewise_choose("relu", "f32", 5, nullptr), invalid, "choice is NULL");
    c.struct_size = sizeof c - 1;
    expect_status(slopewise_choose("relu", "f32", 5, &c), invalid, "struct_size");
    EXPECT_TRUE(c.variant == mine && c.kernel == mine && c.stores == mine && c.threads == -1);

    // A caller with a later header has more behind it.
    struct {
        slopewise_choice known;
        int64_t later;
    } grown = {{sizeof grown, nullptr, nullptr, nullptr, 0}, 7};
    expect_status(slopewise_choose("relu", "f32", 5, &grown.known), SLOPEWISE_OK);
    EXPECT_TRUE(grown.known.threads == 1 && grown.later == 7 && grown.known.struct_size == sizeof grown);
}

}  // namespace
}  // namespace slopewise::test
