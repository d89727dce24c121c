// The error table's first rows: structure of tensors and options, devices, dtypes, shapes.
#include <gtest/gtest.h>

#include <climits>
#include <cmath>
#include <thread>

#include "tensors.h"

namespace slopewise::test {
namespace {

/// The call failed so, its message holds every one of the words, and no output was touched.
void expect_failure(slopewise_status got, slopewise_status want, const std::vector<std::string> &words, const dl *output = nullptr) {
    EXPECT_EQ(got, want) << slopewise_status_name(got) << ": " << slopewise_last_error();
    for (const std::string &word : words) {
        EXPECT_NE(std::string(slopewise_last_error()).find(word), std::string::npos)
            << "no \"" << word << "\" in: " << slopewise_last_error();
    }
    if (output) EXPECT_TRUE(output->untouched());
}

TEST(Structure, NullsAreNamed) {
    dl x({4}), y({4});
    auto p = default_params();
    expect_failure(slopewise_relu(nullptr, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"x", "NULL"}, &y);
    expect_failure(slopewise_relu(&x, nullptr, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"y", "NULL"});
    expect_failure(slopewise_relu_backward(&x, nullptr, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"x_or_y", "NULL"}, &y);
    expect_failure(slopewise_leaky_relu_backward(&x, nullptr, 0, 1, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"saved"}, &y);
    expect_failure(slopewise_rrelu(&x, nullptr, &y, nullptr, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"params", "NULL"}, &y);
    expect_failure(slopewise_rrelu_backward(&x, &x, 0, nullptr, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"params"}, &y);
    expect_failure(slopewise_rrelu_backward(nullptr, &x, 0, &p, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"grad_y"}, &y);
    expect_failure(slopewise_rrelu_backward_noise(&x, nullptr, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"noise"}, &y);
    expect_failure(slopewise_crelu(nullptr, 0, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"x", "NULL"}, &y);
    expect_failure(slopewise_crelu_backward(&x, &x, 0, nullptr, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"grad_x"});
    x.shape = nullptr;
    expect_failure(slopewise_relu(&x, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"x", "shape"}, &y);
    dl z({4});
    z.data = nullptr;
    expect_failure(slopewise_relu(&z, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"x", "data"}, &y);
}

TEST(Structure, ScalarsNeedNoShape) {
    dl x({}), y({});
    x.shape = y.shape = nullptr;
    EXPECT_EQ(slopewise_relu(&x, &y, nullptr), SLOPEWISE_OK) << slopewise_last_error();
}

TEST(Structure, Dimensions) {
    dl x({4}), y({4});
    x.ndim = -1;
    expect_failure(slopewise_relu(&x, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"x", "-1"}, &y);
    dl many(std::vector<int64_t>(65, 1)), most(std::vector<int64_t>(64, 1)), out(std::vector<int64_t>(64, 1));
    expect_failure(slopewise_relu(&many, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"x", "65"}, &y);
    EXPECT_EQ(slopewise_relu(&most, &out, nullptr), SLOPEWISE_OK) << slopewise_last_error();
    dl negative({4, -3});
    expect_failure(slopewise_relu(&negative, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"x", "-3"}, &y);
}

// An offset from the end of what `data` points at: an address may wrap, a pointer may not.
TEST(Structure, ByteOffsetMayWrap) {
    for (int64_t stride : {1, 2}) {
        dl x({4}, f32, {stride}), y({4}, f32, {stride});
        static_cast<float *>(x.data)[0] = -1;
        for (dl *t : {&x, &y}) {
            t->data = static_cast<char *>(t->data) + 512;
            t->byte_offset = uint64_t(-512);
        }
        EXPECT_EQ(slopewise_relu(&x, &y, nullptr), SLOPEWISE_OK) << slopewise_last_error();
        EXPECT_EQ(*reinterpret_cast<float *>(y.storage->data()), 0);
    }
}

// Counted, though never touched: of a call that is refused.
TEST(Structure, LargestSizes) {
    if (sizeof(void *) < 8) GTEST_SKIP() << "not run: addresses have fewer bits than such tensors need";
    slopewise_options o = default_options();
    o.variant = "nonsense";
    for (int64_t stride : {1, 2}) {
        dl x({int64_t{1} << 60}, u8, {stride}), y({int64_t{1} << 60}, u8, {stride});
        x.data = reinterpret_cast<void *>(uintptr_t(uint64_t{1} << 40));
        y.data = reinterpret_cast<void *>((uintptr_t(uint64_t{1} << 40)) + uintptr_t(uint64_t{1} << 62));
        expect_failure(slopewise_relu(&x, &y, &o), SLOPEWISE_UNAVAILABLE_VARIANT, {"nonsense"});
    }
    for (int64_t sign : {1, -1}) {
        dl x({2}, f32, {sign * ((int64_t{1} << 61) - 2)}), y({2}, f32, {sign * ((int64_t{1} << 61) - 2)});
        (sign > 0 ? y : x).byte_offset = (uint64_t{1} << 62) + 4;
        expect_failure(slopewise_relu(&x, &y, &o), SLOPEWISE_UNAVAILABLE_VARIANT, {"nonsense"});
    }
    dl x({int64_t{1} << 59}, f64), y({int64_t{1} << 59}, f64);
    y.byte_offset = uint64_t{1} << 63;
    expect_failure(slopewise_relu_backward(&x, &x, &y, &o), SLOPEWISE_UNAVAILABLE_VARIANT, {"nonsense"});
}

/// In place, so that nothing overlaps; of no variant, so that nothing is touched.
slopewise_status refused(std::vector<int64_t> shape, DLDataType type, std::vector<int64_t> strides = {}) {
    slopewise_options o = default_options();
    o.variant = "nonsense";
    dl x(std::move(shape), type, std::move(strides));
    return slopewise_relu(&x, &x, &o);
}

// Bytes, and what lies between the first and the last element, are counted in 63 bits.
TEST(Structure, TheLargestSizeOfEachType) {
    if (sizeof(void *) < 8) GTEST_SKIP() << "not run: addresses have fewer bits than such tensors need";
    constexpr auto no_variant = SLOPEWISE_UNAVAILABLE_VARIANT, invalid = SLOPEWISE_INVALID_ARGUMENT;
    for (DLDataType type : {u8, i8, f16, bf16, i32, f32, f64}) {
        int64_t most = INT64_MAX / (type.bits / 8);
        EXPECT_EQ(refused({most}, type), no_variant) << int(type.bits) << ": " << slopewise_last_error();
        EXPECT_EQ(refused({2, most / 2 + 1}, type), invalid) << int(type.bits);
        EXPECT_EQ(refused({2}, type, {most - 1}), no_variant) << int(type.bits) << ": " << slopewise_last_error();
        EXPECT_EQ(refused({2}, type, {-most + 1}), no_variant) << int(type.bits) << ": " << slopewise_last_error();
        EXPECT_EQ(refused({2}, type, {most}), invalid) << int(type.bits);
        EXPECT_EQ(refused({2, 2}, type, {most - 1, 1}), invalid) << int(type.bits);
    }
}

TEST(Structure, SizesBeyond63Bits) {
    dl y({4});
    int64_t big = int64_t{1} << 40;
    for (const dl &x : {dl({big, big}), dl({int64_t{1} << 62}), dl({4, 2}, f32, {INT64_MAX, 1}), dl({4, 2}, f32, {INT64_MIN, 1}),
                        dl({3}, f64, {int64_t{1} << 60})}) {
        expect_failure(slopewise_relu(&x, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"x", "2^63"}, &y);
    }
    dl lanes({int64_t{1} << 50}, {kDLFloat, 64, 65535});
    expect_failure(slopewise_relu(&lanes, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"2^63"}, &y);
}

TEST(Structure, EmptyTensorsMayBeAnything) {
    int64_t big = int64_t{1} << 40;
    dl x({big, 0, big}, f32, {INT64_MAX, INT64_MIN, 7}), y({big, 0, big}, f32, {0, 0, 0});
    x.data = y.data = nullptr;
    auto p = default_params();
    EXPECT_EQ(slopewise_relu(&x, &y, nullptr), SLOPEWISE_OK) << slopewise_last_error();
    EXPECT_EQ(slopewise_rrelu(&x, &p, &y, nullptr, nullptr), SLOPEWISE_OK) << slopewise_last_error();
    dl half({3, 0}), whole({6, 0});
    EXPECT_EQ(slopewise_crelu(&half, 0, &whole, nullptr), SLOPEWISE_OK) << slopewise_last_error();
    p.lower = 2;
    expect_failure(slopewise_rrelu(&x, &p, &y, nullptr, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"Lower bound"});
}

TEST(Structure, ExtentOneStridesNeverMatter) {
    dl x({1, 4}, f32, {INT64_MAX, 1}), y({1, 4}, f32, {0, 1});
    EXPECT_EQ(slopewise_relu(&x, &y, nullptr), SLOPEWISE_OK) << slopewise_last_error();
}

TEST(Options, SizeAndThreads) {
    dl x({4}), y({4});
    slopewise_options o = default_options();
    o.threads = -1;
    expect_failure(slopewise_relu(&x, &y, &o), SLOPEWISE_INVALID_ARGUMENT, {"threads", "-1"}, &y);
    o = default_options();
    o.struct_size = 8;
    expect_failure(slopewise_relu(&x, &y, &o), SLOPEWISE_INVALID_ARGUMENT, {"struct_size", "8"}, &y);
    struct larger {
        slopewise_options options;
        char tail[16];
    } newer = {};
    newer.options.struct_size = sizeof newer;
    newer.tail[7] = 1;
    expect_failure(slopewise_relu(&x, &y, &newer.options), SLOPEWISE_INVALID_ARGUMENT, {"options"}, &y);
    newer.tail[7] = 0;
    EXPECT_EQ(slopewise_relu(&x, &y, &newer.options), SLOPEWISE_OK) << slopewise_last_error();
    o = default_options();
    o.pool = &o;  // without parallel_for: fine
    EXPECT_EQ(slopewise_relu(&x, &y, &o), SLOPEWISE_OK);
}

TEST(Devices, OthersAreRefused) {
    dl x({4}), y({4});
    constexpr int none = 1 << 20;  // no machine has so many
    x.device = {kDLCUDA, none};
    expect_failure(slopewise_relu(&x, &y, nullptr), SLOPEWISE_DEVICE_MISMATCH, {"x", "y", "CUDA", "CPU"}, &y);
    y.device = {kDLCUDA, none + 1};
    expect_failure(slopewise_relu(&x, &y, nullptr), SLOPEWISE_DEVICE_MISMATCH, {"x", "y"}, &y);
    y.device = {kDLOpenCL, none};
    expect_failure(slopewise_relu(&x, &y, nullptr), SLOPEWISE_DEVICE_MISMATCH, {"CUDA", "OpenCL"}, &y);
    y.device = {kDLCUDAManaged, none};
    expect_failure(slopewise_relu(&x, &y, nullptr), SLOPEWISE_UNSUPPORTED_DEVICE, {"CUDA"}, &y);
    x.device = y.device = {kDLMetal, 0};
    expect_failure(slopewise_relu(&x, &y, nullptr), SLOPEWISE_UNSUPPORTED_DEVICE, {"type 8"}, &y);
    x.device = y.device = {static_cast<DLDeviceType>(99), 0};
    expect_failure(slopewise_relu(&x, &y, nullptr), SLOPEWISE_UNSUPPORTED_DEVICE, {"99"}, &y);
    x.device = {kDLCUDAHost, 3};
    y.device = {kDLCPU, 7};
    EXPECT_EQ(slopewise_relu(&x, &y, nullptr), SLOPEWISE_OK) << slopewise_last_error();
}

TEST(Devices, KeyIsAligned) {
    dl x({4}), y({4});
    alignas(8) char memory[40] = {};
    auto p = default_params();
    p.key = reinterpret_cast<const uint64_t *>(memory + 4);
    expect_failure(slopewise_rrelu(&x, &p, &y, nullptr, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"key"}, &y);
}

TEST(Dtypes, UnsupportedAndMismatched) {
    dl y({4});
    for (DLDataType type : {DLDataType{kDLComplex, 64, 1}, DLDataType{kDLFloat, 32, 2}, DLDataType{kDLInt, 4, 1}, DLDataType{6, 8, 1},
                            DLDataType{kDLFloat, 8, 1}, DLDataType{kDLBfloat, 32, 1}, DLDataType{kDLUInt, 16, 1}, DLDataType{99, 8, 1},
                            DLDataType{kDLFloat, 32, 0}}) {
        dl x({4}, type), same({4}, type);
        expect_failure(slopewise_relu(&x, &same, nullptr), SLOPEWISE_UNSUPPORTED_DTYPE, {"relu", "x", "dtype"}, &same);
    }
    dl integers({4}, i32), out({4}, i32), bytes({4}, u8), out8({4}, u8), long8({8}, u8);
    auto p = default_params();
    EXPECT_EQ(slopewise_relu(&bytes, &out8, nullptr), SLOPEWISE_OK);
    dl fresh({4}, i32);
    expect_failure(slopewise_crelu(&bytes, 0, &long8, nullptr), SLOPEWISE_UNSUPPORTED_DTYPE, {"crelu", "u8"}, &long8);
    expect_failure(slopewise_leaky_relu(&integers, 0.1, &fresh, nullptr), SLOPEWISE_UNSUPPORTED_DTYPE, {"leaky_relu", "i32"}, &fresh);
    expect_failure(slopewise_rrelu(&integers, &p, &fresh, nullptr, nullptr), SLOPEWISE_UNSUPPORTED_DTYPE, {"rrelu", "i32"}, &fresh);
    expect_failure(slopewise_relu_backward(&integers, &integers, &fresh, nullptr), SLOPEWISE_UNSUPPORTED_DTYPE, {"i32"}, &fresh);
    dl x({4}, f16);
    expect_failure(slopewise_relu(&x, &y, nullptr), SLOPEWISE_DTYPE_MISMATCH, {"f16", "f32"}, &y);
}

TEST(Shapes, Mismatched) {
    dl x({2, 3}), y({3, 2}), flat({6}), long_y({4, 3}), odd({5, 3});
    expect_failure(slopewise_relu(&x, &y, nullptr), SLOPEWISE_SHAPE_MISMATCH, {"[2, 3]", "[3, 2]"}, &y);
    expect_failure(slopewise_relu(&x, &flat, nullptr), SLOPEWISE_SHAPE_MISMATCH, {"[6]"}, &flat);
    for (int axis : {2, -3, INT_MAX, INT_MIN}) {
        expect_failure(slopewise_crelu(&x, axis, &long_y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"axis", std::to_string(axis)}, &long_y);
    }
    expect_failure(slopewise_crelu(&x, 1, &long_y, nullptr), SLOPEWISE_SHAPE_MISMATCH, {"[2, 3]", "[4, 3]"}, &long_y);
    expect_failure(slopewise_crelu(&x, 0, &odd, nullptr), SLOPEWISE_SHAPE_MISMATCH, {"[5, 3]"}, &odd);
    expect_failure(slopewise_crelu_backward(&x, &x, 0, &y, nullptr), SLOPEWISE_SHAPE_MISMATCH, {"[2, 3]"}, &y);
    dl scalar({});
    expect_failure(slopewise_crelu(&scalar, 0, &y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"axis"}, &y);
    EXPECT_EQ(slopewise_crelu(&x, -2, &long_y, nullptr), SLOPEWISE_OK) << slopewise_last_error();
}

// Two faults at once: the row that stands first in the contract is reported.
TEST(Order, FirstRowWins) {
    dl x({2, 3}, i32), y({3}, f64);
    auto p = default_params();
    p.lower = NAN;
    slopewise_options o = default_options();
    o.variant = "nonsense";
    o.threads = -1;
    x.device = {kDLCUDA, 0};
    expect_failure(slopewise_rrelu(&x, &p, &y, nullptr, &o), SLOPEWISE_INVALID_ARGUMENT, {"threads"});
    o.threads = 0;
    expect_failure(slopewise_rrelu(&x, &p, &y, nullptr, &o), SLOPEWISE_DEVICE_MISMATCH, {});
    x.device = {kDLCPU, 0};
    expect_failure(slopewise_rrelu(&x, &p, &y, nullptr, &o), SLOPEWISE_UNSUPPORTED_DTYPE, {});
    x.dtype = f32;
    expect_failure(slopewise_rrelu(&x, &p, &y, nullptr, &o), SLOPEWISE_DTYPE_MISMATCH, {});
    y.dtype = f32;
    expect_failure(slopewise_rrelu(&x, &p, &y, nullptr, &o), SLOPEWISE_SHAPE_MISMATCH, {});
    dl z = x.view({2, 3}, {}, 1);
    expect_failure(slopewise_rrelu(&x, &p, &z, nullptr, &o), SLOPEWISE_INVALID_ARGUMENT, {"lower bound must be finite"});
    p = {1e300, -1e300, 0, 0, 0, nullptr, nullptr};
    expect_failure(slopewise_rrelu(&x, &p, &z, nullptr, &o), SLOPEWISE_INVALID_ARGUMENT, {"Lower bound should be less"});
    p.upper = 1e301;
    expect_failure(slopewise_rrelu(&x, &p, &z, nullptr, &o), SLOPEWISE_INVALID_ARGUMENT, {"lower bound", "f32"});
    p = default_params();
    p.lower = -1;
    expect_failure(slopewise_rrelu_backward(&x, &x, 1, &p, &z, &o), SLOPEWISE_INVALID_ARGUMENT, {"input"});
    expect_failure(slopewise_rrelu(&x, &p, &z, nullptr, &o), SLOPEWISE_OVERLAP, {"x", "y"});
    expect_failure(slopewise_rrelu(&x, &p, &x, nullptr, &o), SLOPEWISE_UNAVAILABLE_VARIANT, {"nonsense"}, &x);
}

TEST(LastError, PerThreadAndKeptBySuccess) {
    dl x({4}), y({4});
    ASSERT_NE(slopewise_relu(nullptr, &y, nullptr), SLOPEWISE_OK);
    std::string message = slopewise_last_error();
    ASSERT_EQ(slopewise_relu(&x, &y, nullptr), SLOPEWISE_OK);
    EXPECT_EQ(slopewise_last_error(), message);
    std::thread([] { EXPECT_STREQ(slopewise_last_error(), ""); }).join();
}

TEST(LastError, StatusNames) {
    std::vector<std::string> names;
    for (int s = SLOPEWISE_OK; s <= SLOPEWISE_INTERNAL; s++) names.emplace_back(slopewise_status_name(slopewise_status(s)));
    for (size_t i = 0; i < names.size(); i++) {
        EXPECT_FALSE(names[i].empty());
        for (size_t j = 0; j < i; j++) EXPECT_NE(names[i], names[j]);
    }
    EXPECT_STREQ(slopewise_status_name(slopewise_status(99)), "unknown status");
}

}  // namespace
}  // namespace slopewise::test
