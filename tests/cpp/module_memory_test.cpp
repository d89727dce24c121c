// Modules and memory: what a call keeps, in place, on devices; and what is refused.
#include <gtest/gtest.h>

#include "elements.h"

namespace slopewise::test {
namespace {

using floats = std::vector<float>;

void expect_failure(slopewise_status status, const char *words, const std::function<void()> &call) {
    try {
        call();
        ADD_FAILURE() << "not refused: " << words;
    } catch (const error &e) {
        EXPECT_EQ(e.status(), status) << e.what();
        EXPECT_NE(std::string(e.what()).find(words), std::string::npos) << e.what();
    }
}
constexpr auto invalid = SLOPEWISE_INVALID_ARGUMENT;

const array<float> x({2, 2}, {-1, 2, -3, 4}), ones({2, 2}, {1, 1, 1, 1}), through({2, 2}, {0.5f, 1, 0.5f, 1});

TEST(Kept, SurvivesWhatBecomesOfTheTensors) {
    for (double slope : {0.5, -0.5}) {  // the output is kept, then the input
        nn::leaky_relu m(slope);
        array<float> input = x, output = m(input);
        input.writable()[0] = output.writable()[0] = 7;
        EXPECT_EQ(m.backward(ones), leaky_relu_backward(ones, x, slope));
        (void)m(floats{-1, 2});  // gone
        EXPECT_EQ(m.backward(floats{1, 1})[0], float(slope));
        floats in = {-1, 2}, out(2);
        m(in, out);
        in = out = {5, 5};
        EXPECT_EQ(m.backward(floats{1, 1})[0], float(slope));
    }
}

TEST(Kept, TheOutputWhereItTells) {
    for (double slope : {0.5, -0.5}) {
        nn::leaky_relu m(slope);
        array<float> y = m(x);
        const float *before = y.data();
        EXPECT_EQ(y.writable() != before, slope > 0) << "the module shares its memory";
    }
}

TEST(Kept, ByMovesAndNotByCopies) {
    nn::leaky_relu m(0.5);
    (void)m(x);
    nn::leaky_relu copy = m, moved = std::move(m);
    EXPECT_EQ(moved.backward(ones), through);
    for (nn::leaky_relu *none : {&copy, &m}) {
        expect_failure(invalid, "leaky_relu.backward: there was no forward call in training", [&] { (void)none->backward(ones); });
    }
    copy = std::move(moved);
    EXPECT_EQ(copy.backward(ones), through);
}

TEST(Kept, NothingInEvaluation) {
    nn::rrelu m;
    expect_failure(invalid, "rrelu.backward: there was no forward call in training", [&] { (void)m.backward(ones); });
    (void)m(x);
    m.eval();
    expect_failure(invalid, "rrelu.backward: there was no", [&] { (void)m.backward(ones); });
    (void)m(x);
    m.train();
    expect_failure(invalid, "rrelu.backward: there was no", [&] { (void)m.backward(ones); });
}

TEST(Kept, NothingByACallThatFails) {
    nn::relu m;
    (void)m(x);
    floats three(3);
    expect_failure(SLOPEWISE_SHAPE_MISMATCH, "relu: x has shape", [&] { m(x, three); });
    expect_failure(invalid, "relu.backward", [&] { (void)m.backward(ones); });
}

TEST(Backward, RefusesOtherGradients) {
    nn::rrelu m;
    (void)m(x);
    expect_failure(SLOPEWISE_SHAPE_MISMATCH, "grad_y has shape [2, 3]", [&] { (void)m.backward(array<float>({2, 3})); });
    expect_failure(SLOPEWISE_DTYPE_MISMATCH, "grad_y", [&] { (void)m.backward(array<double>({2, 2})); });
    nn::crelu c;
    (void)c(x);
    expect_failure(SLOPEWISE_SHAPE_MISMATCH, "[2, 2]", [&] { (void)c.backward(ones); });
}

TEST(Backward, IntoAnOutputAndInPlace) {
    nn::leaky_relu m(0.5);
    (void)m(x);
    array<float> g({2, 2});
    m.backward(ones, g);
    EXPECT_EQ(g, through);
    g = ones;
    m.backward(g, g, options());
    EXPECT_EQ(g, through);
    EXPECT_EQ(ones[0], 1);
}

TEST(InPlace, ArraysShareTheirMemory) {
    nn::leaky_relu m(0.5, true);
    array<float> a = x;
    const array<float> y = m(a);
    EXPECT_EQ(y, array<float>({2, 2}, {-0.5f, 2, -1.5f, 4}));
    EXPECT_EQ(y.data(), a.data());
    EXPECT_EQ(x[0], -1) << "a copy from before";
    EXPECT_EQ(m.backward(ones), through);
    EXPECT_EQ(m(-array<float>({1}, {1}))[0], -0.5f) << "a temporary";
}

TEST(InPlace, RangesViewsAndDLTensors) {
    floats memory = {-1, 2, -3, 4};
    nn::relu m(true);
    EXPECT_EQ(m(memory)[3], 4);
    EXPECT_EQ(memory, (floats{0, 2, 0, 4}));
    memory = {-1, 2, -3, 4};
    view<float> reversed(memory.data() + 3, {4}, {-1});
    EXPECT_EQ(m(reversed), array<float>({4}, {4, 0, 2, 0}));
    EXPECT_EQ(memory, (floats{0, 2, 0, 4}));
    EXPECT_EQ(m.backward(floats{1, 1, 1, 1}), array<float>({4}, {1, 0, 1, 0}));
    memory = {-1, 2, -3, 4};
    DLTensor tensor = reversed.tensor();
    m.eval();
    EXPECT_EQ(array<float>(m(tensor)), array<float>({4}, {4, 0, 2, 0}));
    EXPECT_EQ(memory, (floats{0, 2, 0, 4}));
}

TEST(InPlace, RefusesWhatCouldGiveAWrongGradient) {
    floats memory = {-1, 2};
    const floats before = memory;
    nn::rrelu r(-0.5, 0.5, true);
    nn::leaky_relu l(-0.5);
    expect_failure(invalid, "rrelu: lower is negative", [&] { r(memory); });
    expect_failure(invalid, "leaky_relu: negative_slope is negative", [&] { l(memory, memory); });
    expect_failure(invalid, "rrelu: x is const", [&] { r(before); });
    EXPECT_EQ(memory, before);
    EXPECT_EQ(r.eval()(memory)[0], 0);
    EXPECT_EQ(l.eval()(memory)[1], 2);
}

TEST(Devices, NeedAnOutput) {
    constexpr DLDevice none = {kDLCUDA, 1 << 20};  // no machine has so many
    const view<float> there(nullptr, {0}, {}, none);
    nn::relu m;
    expect_failure(SLOPEWISE_UNSUPPORTED_DEVICE, "relu: x is on CUDA device 1048576", [&] { m(there); });
    m.inplace = true;
    expect_failure(SLOPEWISE_UNSUPPORTED_DEVICE, "m(x, x)", [&] { m(there); });
    expect_failure(SLOPEWISE_UNSUPPORTED_DEVICE, "relu: x is on CUDA device", [&] { m(there, there); });
    (void)m(array<float>({0}));
    expect_failure(SLOPEWISE_UNSUPPORTED_DEVICE, "backward(grad_y, grad_x)", [&] { (void)m.backward(there); });
    expect_failure(SLOPEWISE_DEVICE_MISMATCH, "grad_y", [&] { m.backward(there, there); });
    expect_failure(SLOPEWISE_UNSUPPORTED_DEVICE, "crelu: x is on CUDA device", [&] { (void)nn::crelu()(there); });
}

TEST(DLTensors, GiveArraysThatKnowTheirType) {
    int64_t shape[2] = {2, 2}, twice[2] = {2, 4};
    DLTensor tensor = {const_cast<float *>(x.data()), {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, nullptr, 0};
    nn::crelu m;
    const array<void> y = m(tensor);
    EXPECT_EQ(array<float>(y), m(x));
    EXPECT_EQ(y.tensor().shape[1], twice[1]);
    expect_failure(SLOPEWISE_DTYPE_MISMATCH, "another type", [&] { array<double>{y}; });
    tensor.dtype = {kDLComplex, 64, 1};
    expect_failure(SLOPEWISE_UNSUPPORTED_DTYPE, "crelu: x", [&] { (void)m(tensor); });
    tensor.shape = nullptr;
    expect_failure(invalid, "shape NULL", [&] { (void)slopewise::relu(tensor); });
}

TEST(Axis, OfCRelu) {
    for (int axis : {0, 1, -1}) EXPECT_EQ(nn::crelu(axis)(x), concat(nn::relu()(x), nn::relu()(-x), axis)) << axis;
    EXPECT_EQ(nn::crelu()(x), nn::crelu(1)(x));
    EXPECT_EQ(nn::crelu()(floats{-1, 2}), array<float>({4}, {0, 2, 1, 0}));
    expect_failure(invalid, "crelu: axis is 1", [&] { (void)nn::crelu(1)(floats{-1, 2}); });
    nn::crelu m;
    (void)m(floats{-1, 2});
    EXPECT_EQ(m.backward(floats{1, 1, 1, 1}), array<float>({2}, {-1, 1}));
}

}  // namespace
}  // namespace slopewise::test
