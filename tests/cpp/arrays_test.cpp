// Arrays as values, and their concatenation and negation to the bit.
#include <gtest/gtest.h>

#include <thread>

#include "elements.h"

namespace slopewise::test {
namespace {

template <class Call>
slopewise_status status_of(Call call) {
    try {
        call();
    } catch (const error &e) {
        return e.status();
    }
    return SLOPEWISE_OK;
}

TEST(Arrays, AreValuesThatShareUntilWritten) {
    array<float> a({2, 2}, {1, 2, 3, 4}), b = a;
    EXPECT_EQ(b.data(), a.data());
    b.writable()[0] = 9;
    EXPECT_NE(b.data(), a.data());
    EXPECT_EQ(a, array<float>({2, 2}, {1, 2, 3, 4}));
    EXPECT_EQ(b, array<float>({2, 2}, {9, 2, 3, 4}));
    const float *before = b.data();
    b.writable()[1] = 8;
    EXPECT_EQ(b.data(), before) << "nobody else sees it";
    relu(-b, b);
    EXPECT_EQ(b, array<float>({2, 2}, {0, 0, 0, 0}));
    a = std::move(b);
    EXPECT_EQ(a.size(), 4u);
    EXPECT_EQ(b.size(), 0u);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(a.data()) % 64, 0u);
}

TEST(Arrays, AsAnOutputLeaveTheirCopiesAlone) {
    array<float> a({2}, {-1, 1});
    const array<float> before = a;
    relu(a, a);
    EXPECT_EQ(a, array<float>({2}, {0, 1}));
    EXPECT_EQ(before, array<float>({2}, {-1, 1}));
}

TEST(Arrays, OfEveryShape) {
    EXPECT_EQ(array<float>().size(), 0u);
    EXPECT_EQ(array<float>({}, {5})[0], 5);
    EXPECT_EQ(relu(array<float>({}, {-5})), array<float>({}, {0}));
    EXPECT_EQ(relu(array<float>({3, 0})).shape(), (std::vector<int64_t>{3, 0}));
    EXPECT_NE(array<float>({2, 1}, {1, 2}), array<float>({1, 2}, {1, 2}));
    EXPECT_EQ(status_of([] { array<float>({2, -1}); }), SLOPEWISE_INVALID_ARGUMENT);
    EXPECT_EQ(status_of([] { array<float>({2}, {1}); }), SLOPEWISE_SHAPE_MISMATCH);
    EXPECT_THROW(array<double>({INT64_MAX, INT64_MAX}), std::bad_alloc);
}

TEST(Arrays, MayBeCopiedAndWrittenByManyThreads) {
    const array<int> shared({3}, {1, 2, 3});
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; t++) {
        threads.emplace_back([mine = shared, t]() mutable {
            for (int i = 0; i < 1000; i++) {
                array<int> copy = mine;
                copy.writable()[t] = i;
                if (copy[size_t(t)] != i || mine[size_t(t)] != t + 1) ADD_FAILURE();
            }
            mine.writable()[0] = 7;
        });
    }
    for (std::thread &t : threads) t.join();
    EXPECT_EQ(shared, array<int>({3}, {1, 2, 3}));
}

template <class T>
class Elements : public testing::Test {};
using elements = testing::Types<f16, bf16, float, double, int8_t, int16_t, int32_t, int64_t>;
TYPED_TEST_SUITE(Elements, elements, );

TYPED_TEST(Elements, NegatedAndConcatenated) {
    const auto x = sample<TypeParam>({2, 3, 5});
    bits negated, both;
    for (uint64_t b : bits_of(x)) negated.push_back(negated_bits(type_of<TypeParam>(), b));
    EXPECT_EQ(bits_of(-x), negated);
    const bits all = bits_of(x);
    for (size_t i = 0; i < all.size(); i += 15) {  // along the second of three dimensions
        both.insert(both.end(), all.begin() + long(i), all.begin() + long(i + 15));
        both.insert(both.end(), negated.begin() + long(i), negated.begin() + long(i + 15));
    }
    EXPECT_EQ(bits_of(concat(x, -x, 1)), both);
    EXPECT_EQ(bits_of(crelu(x)), bits_of(concat(relu(x), relu(-x), 1)));
}

TEST(Concat, OfStridedTensors) {
    std::vector<int> memory = {0, 1, 2, 3, 4, 5};
    const view<int> transposed(memory.data(), {2, 3}, {1, 2}), flipped(memory.data() + 5, {2, 3}, {-3, -1});
    const view<const int> broadcast(memory.data() + 1, {2, 1}, {0, 1});
    EXPECT_EQ(concat(transposed, flipped), array<int>({4, 3}, {0, 2, 4, 1, 3, 5, 5, 4, 3, 2, 1, 0}));
    EXPECT_EQ(concat(broadcast, transposed, -1), array<int>({2, 4}, {1, 0, 2, 4, 1, 1, 3, 5}));
    EXPECT_EQ(-broadcast, array<int>({2, 1}, {-1, -1}));
    EXPECT_EQ(-flipped, array<int>({2, 3}, {-5, -4, -3, -2, -1, 0}));
    EXPECT_EQ(concat(memory, std::vector<int>{6}), array<int>({7}, {0, 1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(concat(array<int>({2, 0}), transposed, 1), array<int>({2, 3}, {0, 2, 4, 1, 3, 5}));
}

TEST(Concat, RefusesWhatDoesNotFit) {
    const array<float> a({2, 3}), b({3, 3});
    EXPECT_EQ(concat(a, b).shape(), (std::vector<int64_t>{5, 3}));
    EXPECT_EQ(status_of([&] { (void)concat(a, b, 1); }), SLOPEWISE_SHAPE_MISMATCH);
    EXPECT_EQ(status_of([&] { (void)concat(a, array<float>({2})); }), SLOPEWISE_SHAPE_MISMATCH);
    EXPECT_EQ(status_of([&] { (void)concat(a, array<double>({2, 3})); }), SLOPEWISE_DTYPE_MISMATCH);
    for (int axis : {2, -3}) EXPECT_EQ(status_of([&] { (void)concat(a, b, axis); }), SLOPEWISE_INVALID_ARGUMENT) << axis;
    const view<float> there(nullptr, {2, 3}, {}, {kDLOpenCL, 0}), nowhere(nullptr, {2, 3});
    EXPECT_EQ(status_of([&] { (void)concat(a, there); }), SLOPEWISE_UNSUPPORTED_DEVICE);
    EXPECT_EQ(status_of([&] { (void)concat(there, a); }), SLOPEWISE_UNSUPPORTED_DEVICE);
    EXPECT_EQ(status_of([&] { (void)concat(there, there); }), SLOPEWISE_UNSUPPORTED_DEVICE);
    EXPECT_EQ(status_of([&] { (void)-there; }), SLOPEWISE_UNSUPPORTED_DEVICE);
    EXPECT_EQ(status_of([&] { (void)concat(a, nowhere); }), SLOPEWISE_INVALID_ARGUMENT);
    EXPECT_EQ(status_of([&] { (void)concat(nowhere, a); }), SLOPEWISE_INVALID_ARGUMENT);
    EXPECT_EQ(status_of([] { (void)-array<uint8_t>({2}, {1, 2}); }), SLOPEWISE_UNSUPPORTED_DTYPE);
}

}  // namespace
}  // namespace slopewise::test
