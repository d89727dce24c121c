// Modules of the C++ interface on a GPU, where they keep addresses: the same as on the CPU.
#include <gtest/gtest.h>

#include <slopewise/nn.hpp>

#include "support/inputs.h"
#include "there.h"

namespace slopewise::test {
namespace {

/// x, y, grad_y and grad_x. Arithmetic may turn a NaN into any other.
std::vector<tensor> four_tensors() {
    std::vector<tensor> tensors;
    for (uint64_t i = 0; i < 4; i++) {
        tensors.emplace_back(dtype::f32, std::vector<int64_t>{7, 129});
        std::vector<uint64_t> bits = adversarial_bits(dtype::f32, 7 * 129, i);
        for (uint64_t &b : bits) b = (b & 0x7fffffff) > 0x7f800000 ? i : b;
        if (i % 2 == 0) tensors.back().fill(bits);
    }
    return tensors;
}

/// Forward and backward through the module with what `place` makes of each tensor.
template <class Place>
void pass(nn::rrelu m, std::vector<tensor> &tensors, const options &o, Place place) {
    std::vector<DLTensor> t;
    for (tensor &each : tensors) place(t.emplace_back(each.dl()));
    m(t[0], t[1], o);
    m.backward(t[2], t[3], o);
}

TEST(GpuModules, GiveWhatTheCPUGives) {
    for (double lower : {0.1, -0.1}) {  // the output is kept, then the input
        std::vector<tensor> here = four_tensors(), gpu = four_tensors();
        nn::seed(42);
        pass(nn::rrelu(lower, 0.3), here, {}, [](DLTensor &) {});
        there copies(gpu);
        options o;
        o.stream = test_stream();
        nn::seed(42);
        pass(nn::rrelu(lower, 0.3), gpu, o, [&](DLTensor &t) { copies.place(t); });
        test_gpu()->finish(o.stream);
        copies.fetch();
        for (size_t i : {1, 3}) {
            EXPECT_NE(here[i].bytes(), four_tensors()[i].bytes());
            EXPECT_EQ(here[i].bytes(), gpu[i].bytes()) << lower << ", tensor " << i;
        }
    }
}

TEST(GpuModules, RefuseWhatWouldNeedMemoryThere) {
    std::vector<tensor> tensors = four_tensors();
    there copies(tensors);
    DLTensor x = tensors[0].dl(), grad = tensors[2].dl();
    copies.place(x);
    copies.place(grad);
    options o;
    o.stream = test_stream();
    EXPECT_THROW(nn::relu()(x, o), error);
    EXPECT_THROW(nn::relu(true)(x, o), error);
    nn::leaky_relu m(-0.5);
    EXPECT_THROW(m(x, x, o), error) << "in place, and backward needs the input";
    m.negative_slope = 0.5;
    m(x, x, o);
    EXPECT_THROW((void)m.backward(grad, o), error);
    m.backward(grad, grad, o);
    test_gpu()->finish(o.stream);
}

}  // namespace
}  // namespace slopewise::test
