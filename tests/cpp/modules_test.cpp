// Modules against the scalar reference: which slopes, in which call of which module.
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <thread>

#include "elements.h"

namespace slopewise::test {
namespace {

template <class T>
class Modules : public testing::Test {
public:
    static constexpr dtype type = type_of<T>();
    static inline const array<T> x = sample<T>({3, 37}), grad = -x;
    static inline const bits x_bits = bits_of(x), grad_bits = bits_of(grad);

    static auto is_rrelu(const array<T> &y, const slopes &s) { return are(bits_of(y), type, leaky_relu, {&x_bits}, s); }
    static auto is_gradient(const array<T> &g, void (*row)(element &), const std::function<double(uint64_t)> &slope) {
        return are(bits_of(g), type, row, {&grad_bits, &x_bits}, slope);
    }
};
using floats = testing::Types<f16, bf16, float, double>;
TYPED_TEST_SUITE(Modules, floats, );

TYPED_TEST(Modules, SlopesOfEachModuleAndCall) {
    nn::seed(42);
    nn::rrelu first(0.1, 0.3), second(-0.5, 0.25);  // second keeps its input
    for (uint64_t call = 0; call < 3; call++) {
        const slopes a = {this->type, 0.1, 0.3, 42, call}, b = {this->type, -0.5, 0.25, 42, (uint64_t{1} << 32) + call};
        EXPECT_TRUE(this->is_rrelu(first(this->x), a)) << call;
        EXPECT_TRUE(this->is_rrelu(second(this->x), b)) << call;
        EXPECT_TRUE(this->is_gradient(first.backward(this->grad), rrelu_backward, a)) << call;
        EXPECT_TRUE(this->is_gradient(second.backward(this->grad), rrelu_backward, b)) << call;
        EXPECT_TRUE(this->is_gradient(first.backward(this->grad), rrelu_backward, a)) << "again";
    }
}

TYPED_TEST(Modules, BackwardIsOfTheLastCallWhateverChanges) {
    nn::seed(1);
    nn::rrelu m(0.1, 0.3);
    (void)m(this->x);
    m.lower = m.upper = 0.5;
    EXPECT_TRUE(this->is_gradient(m.backward(this->grad), rrelu_backward, slopes{this->type, 0.1, 0.3, 1, 0}));
    nn::leaky_relu leaky(0.25);
    (void)leaky(this->x);
    leaky.negative_slope = 0.5;
    EXPECT_TRUE(this->is_gradient(leaky.backward(this->grad), leaky_relu_backward, [](uint64_t) { return 0.25; }));
}

TYPED_TEST(Modules, WithoutRandomness) {
    const auto no_slope = [](uint64_t) { return 0.0; };
    nn::relu relu;
    EXPECT_TRUE(are(bits_of(relu(this->x)), this->type, test::relu, {&this->x_bits}, no_slope));
    EXPECT_TRUE(this->is_gradient(relu.backward(this->grad), relu_backward, no_slope));
    for (double slope : {0.25, -0.25}) {  // from the output, from the input
        const auto same = [slope](uint64_t) { return slope; };
        nn::leaky_relu leaky(slope);
        EXPECT_TRUE(are(bits_of(leaky(this->x)), this->type, leaky_relu, {&this->x_bits}, same));
        EXPECT_TRUE(this->is_gradient(leaky.backward(this->grad), leaky_relu_backward, same));
    }
    nn::crelu crelu(0);
    EXPECT_EQ(bits_of(crelu(this->x)), bits_of(concat(relu(this->x), relu(-this->x), 0)));
    const auto other = sample<TypeParam>({3, 37});
    const bits second = bits_of(other), gradient = bits_of(crelu.backward(concat(this->grad, other, 0)));
    EXPECT_TRUE(are(gradient, this->type, crelu_backward, {&this->grad_bits, &second, &this->x_bits}, no_slope));
}

TYPED_TEST(Modules, Evaluation) {
    nn::rrelu m(0.1, 0.3);
    EXPECT_TRUE(m.is_training());
    EXPECT_FALSE(m.eval().is_training());
    const double middle = this->type == dtype::f64 ? (0.1 + 0.3) / 2 : double(float((0.1 + 0.3) / 2));
    EXPECT_TRUE(are(bits_of(m(this->x)), this->type, leaky_relu, {&this->x_bits}, [middle](uint64_t) { return middle; }));
    EXPECT_TRUE(m.train().is_training());
}

/// The stream of a module's next call in training, by what it does to one element.
uint64_t stream_of(nn::rrelu &m, uint64_t seed) {
    std::vector<double> x(64, -1.0), y(64);
    m(x, y);
    for (uint64_t stream = 0; stream < uint64_t{12} << 32; stream += stream % 8 == 7 ? (uint64_t{1} << 32) - 7 : 1) {
        const slopes s = {dtype::f64, m.lower, m.upper, seed, stream};
        size_t i = 0;
        while (i < y.size() && y[i] == -s(i)) i++;
        if (i == y.size()) return stream;
    }
    ADD_FAILURE() << "no known stream";
    return ~uint64_t{0};
}
constexpr uint64_t stream(uint64_t module, uint64_t call) { return (module << 32) + call; }

TEST(Streams, AreCountedFromTheSeed) {
    nn::seed(5);
    nn::rrelu a, b;
    EXPECT_EQ(stream_of(b, 5), stream(1, 0));
    EXPECT_EQ(stream_of(a, 5), stream(0, 0));
    nn::seed(6);
    nn::rrelu c;
    nn::relu without_randomness;
    nn::rrelu d;
    EXPECT_EQ(stream_of(d, 6), stream(1, 0));
    EXPECT_EQ(stream_of(c, 6), stream(0, 0));
    EXPECT_EQ(stream_of(a, 5), stream(0, 1)) << "a module from before the seed keeps its own";
}

TEST(Streams, OfCopiesAndMoves) {
    nn::seed(5);
    nn::rrelu a(0.25, 0.75);
    (void)stream_of(a, 5);
    nn::rrelu copy(a), moved(std::move(a));
    EXPECT_EQ(copy.upper, 0.75);
    EXPECT_EQ(stream_of(copy, 5), stream(1, 0));
    EXPECT_EQ(stream_of(moved, 5), stream(0, 1));
    EXPECT_EQ(stream_of(a, 5), stream(2, 0)) << "moved from";
    copy = moved;
    EXPECT_EQ(stream_of(copy, 5), stream(3, 0));
    copy = std::move(moved);
    EXPECT_EQ(stream_of(copy, 5), stream(0, 2));
}

TEST(Streams, CountOnlyTrainingCallsThatSucceed) {
    nn::seed(5);
    nn::rrelu m;
    std::vector<float> x(4), three(3);
    m.eval();
    (void)m(x);
    m.train();
    EXPECT_THROW(m(x, three), error);
    EXPECT_EQ(stream_of(m, 5), stream(0, 0));
}

TEST(Streams, OfModulesMadeByManyThreads) {
    nn::seed(5);
    std::vector<std::vector<nn::rrelu>> made(3);
    std::vector<std::thread> threads;
    for (auto &mine : made) threads.emplace_back([&mine] { mine = std::vector<nn::rrelu>(3); });
    for (std::thread &t : threads) t.join();
    std::set<uint64_t> streams;
    for (auto &mine : made) {
        for (nn::rrelu &m : mine) streams.insert(stream_of(m, 5));
    }
    EXPECT_EQ(streams.size(), 9u);
    EXPECT_EQ(*streams.rbegin(), stream(8, 0));
}

TEST(Printing, AsPeopleKnowIt) {
    const auto text = [](const auto &m) { return (std::ostringstream() << m).str(); };
    EXPECT_EQ(text(nn::relu()), "ReLU()");
    EXPECT_EQ(text(nn::relu(true)), "ReLU(inplace=True)");
    EXPECT_EQ(text(nn::leaky_relu()), "LeakyReLU(negative_slope=0.01)");
    EXPECT_EQ(text(nn::leaky_relu(2, true)), "LeakyReLU(negative_slope=2.0, inplace=True)");
    EXPECT_EQ(text(nn::leaky_relu(-1e-5)), "LeakyReLU(negative_slope=-1e-05)");
    EXPECT_EQ(text(nn::rrelu()), "RReLU(lower=0.125, upper=0.3333333333333333)");
    EXPECT_EQ(text(nn::rrelu(0.1, 0.3)), "RReLU(lower=0.1, upper=0.3)");
    EXPECT_EQ(text(nn::rrelu(0, 1e16, true)), "RReLU(lower=0.0, upper=1e+16, inplace=True)");
    EXPECT_EQ(text(nn::crelu()), "CReLU(dim=1)");
    EXPECT_EQ(text(nn::crelu(-1)), "CReLU(dim=-1)");
}

}  // namespace
}  // namespace slopewise::test
