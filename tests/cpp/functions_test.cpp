// What the functions take and return: arrays, DLTensors, types of the compiler, options and params in every form.
#include <gtest/gtest.h>

#if __has_include(<stdfloat>)
#include <stdfloat>
#endif

#include "elements.h"

namespace slopewise::test {
namespace {

const array<float> x({2, 2}, {-2, 3, -4, 5}), ones({2, 2}, {1, 1, 1, 1});

TEST(Functions, ReturnWhatTheyWouldWrite) {
    array<float> y({2, 2}), g({2, 2}), noise({2, 2}), both({2, 4});
    rrelu_params p = {0.25, 0.5, 42};
    relu(x, y);
    EXPECT_EQ(relu(x), y);
    relu_backward(ones, y, g);
    EXPECT_EQ(relu_backward(ones, y), g);
    leaky_relu(x, 0.01, y);
    EXPECT_EQ(leaky_relu(x), y);
    leaky_relu_backward(ones, y, 0.5, g, saved_tensor::output);
    EXPECT_EQ(leaky_relu_backward(ones, y, 0.5, saved_tensor::output), g);
    rrelu_with_noise(x, p, y, noise);
    EXPECT_EQ(rrelu(x, p), y);
    rrelu_backward(ones, x, p, g);
    EXPECT_EQ(rrelu_backward(ones, x, p), g);
    EXPECT_EQ(rrelu_backward(ones, y, p, saved_tensor::output), g);
    EXPECT_EQ(rrelu_backward_noise(ones, noise), g);
    rrelu_eval(x, p.lower, p.upper, y);
    EXPECT_EQ(rrelu_eval(x, p), y);
    rrelu_eval(x, p, g);
    EXPECT_EQ(y, g);
    crelu(x, both);
    EXPECT_EQ(crelu(x), both);
    EXPECT_EQ(crelu(x, 1), both);
    crelu_backward(both, x, g);
    EXPECT_EQ(crelu_backward(both, x), g);
    EXPECT_EQ(crelu_backward(both, x, -1), g);
}

TEST(Functions, DefaultAxisOfOneDimension) {
    const std::vector<int> one = {-1, 2};
    std::vector<int> y(4);
    slopewise::crelu(one, y);
    EXPECT_EQ(y, (std::vector<int>{0, 2, 1, 0}));
    EXPECT_EQ(slopewise::crelu(one), array<int>({4}, {0, 2, 1, 0}));
    EXPECT_THROW((void)slopewise::crelu(one, 1), error);
    EXPECT_THROW((void)crelu(array<int>({}, {1})), error);
}

TEST(Functions, NextParamsHaveOtherSlopes) {
    rrelu_params p;
    p.seed = 42;
    EXPECT_EQ(rrelu(x, p), rrelu(x, p)) << "the same params";
    const rrelu_params first = next(p), second = next(p);
    EXPECT_EQ(first.stream, 0u);
    EXPECT_EQ(second.stream, 1u);
    EXPECT_EQ(second.seed, 42u);
    EXPECT_NE(rrelu(x, first), rrelu(x, second));
    EXPECT_EQ(rrelu_backward(ones, rrelu(x, first), first, saved_tensor::output), rrelu_backward(ones, x, first));
}

TEST(Functions, OptionsInEveryForm) {
    array<float> y({2, 2});
    slopewise_options of_c = {};
    of_c.struct_size = sizeof of_c;
    of_c.variant = "nonsense";
    options wrong;
    wrong.variant = "nonsense";
    for (const auto &call : std::vector<std::function<void()>>{
             [&] { relu(x, y, wrong); }, [&] { relu(x, y, &wrong); }, [&] { relu(x, y, &of_c); }, [&] { (void)relu(x, wrong); },
             [&] { (void)crelu(x, &of_c); }, [&] { nn::relu().operator()(x, y, wrong); }, [&] { (void)nn::relu()(x, wrong); }}) {
        EXPECT_THROW(call(), error);
    }
    const options *none = nullptr;
    relu(x, y, none);
    relu(x, y, NULL);
    relu(x, y, nullptr);
    relu(x, y, with_threads(1));
    EXPECT_THROW(relu(x, y, with_threads(-1)), error);
#if __cplusplus >= 202002L
    relu(x, y, options{.threads = 1});
    EXPECT_THROW(relu(x, y, options{.threads = -1}), error);
#endif
    EXPECT_EQ(y, relu(x));
}

TEST(Functions, DLTensors) {
    float values[2] = {-1, 1}, out[2];
    int64_t n = 2;
    const DLTensor in = {values, {kDLCUDAHost, 0}, 1, {kDLFloat, 32, 1}, &n, nullptr, 0};
    DLTensor y = in;
    y.data = out;
    slopewise::relu(in, y);
    EXPECT_EQ(out[0], 0);
    EXPECT_EQ(out[1], 1);
    EXPECT_EQ(array<float>(slopewise::relu(in)), array<float>({2}, {0, 1}));
}

TEST(Views, OnADevice) {
    const view<float> there(nullptr, {2, 3}, {1, 2}, {kDLCUDA, 3});
    EXPECT_EQ(there.tensor().device.device_type, kDLCUDA);
    EXPECT_EQ(there.tensor().device.device_id, 3);
    try {
        (void)relu(there);
        ADD_FAILURE();
    } catch (const error &e) {
        EXPECT_STREQ(e.what(), "relu: x is on CUDA device 3, and the result would be an array in CPU memory; give an output on the device");
    }
}

template <class T>
void expect_type(DLDataTypeCode code, uint8_t size) {
    constexpr DLDataType t = slopewise::detail::dtype<const T>();
    EXPECT_EQ(t.code, code);
    EXPECT_EQ(t.bits, size);
    std::vector<T> memory(3);
    const uint64_t minus_two = rounded(type_of<T>(), -2);
    store_bits(&memory[1], type_of<T>(), minus_two);
    EXPECT_EQ(bits_of(slopewise::leaky_relu(memory, 0.5)), (bits{0, rounded(type_of<T>(), -1), 0}));
    EXPECT_EQ(bits_of(-slopewise::leaky_relu(memory, 1)),
              (bits{negated_bits(type_of<T>(), 0), rounded(type_of<T>(), 2), negated_bits(type_of<T>(), 0)}));
}

TEST(Types, OfTheCompiler) {
    expect_type<f16>(kDLFloat, 16);
    expect_type<bf16>(kDLBfloat, 16);
#if defined(__x86_64__) && defined(__FLT16_MANT_DIG__)
    expect_type<_Float16>(kDLFloat, 16);
#endif
#if defined(__aarch64__) && defined(__ARM_FP16_FORMAT_IEEE)
    expect_type<__fp16>(kDLFloat, 16);
#endif
#if defined(__aarch64__) || defined(__BFLT16_MANT_DIG__)
    expect_type<__bf16>(kDLBfloat, 16);
#endif
#if defined(__STDCPP_FLOAT16_T__)
    expect_type<std::float16_t>(kDLFloat, 16);
#endif
#if defined(__STDCPP_BFLOAT16_T__)
    expect_type<std::bfloat16_t>(kDLBfloat, 16);
#endif
#if defined(__STDCPP_FLOAT32_T__)
    expect_type<std::float32_t>(kDLFloat, 32);
    expect_type<std::float64_t>(kDLFloat, 64);
#endif
    expect_type<double>(kDLFloat, 64);
}

}  // namespace
}  // namespace slopewise::test
