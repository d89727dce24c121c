// The overlap check against brute force, on thousands of random views of one small buffer.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdlib>
#include <random>
#include <set>

#include "tensors.h"

namespace slopewise::test {
namespace {

struct random_view {
    std::vector<int64_t> shape, strides;
    int64_t start = 0;

    /// Every byte of every element, elements being of four.
    std::multiset<int64_t> bytes() const {
        std::multiset<int64_t> all;
        int64_t count = 1;
        for (int64_t extent : shape) count *= extent;
        for (int64_t i = 0; i < count; i++) {
            int64_t at = start, rest = i;
            for (size_t d = shape.size(); d-- > 0; rest /= shape[d]) at += rest % shape[d] * strides[d];
            for (int64_t b = 0; b < 4; b++) all.insert(4 * at + b);
        }
        return all;
    }
};

bool repeats(const std::multiset<int64_t> &bytes) {
    for (int64_t b : bytes) {
        if (bytes.count(b) > 1) return true;
    }
    return false;
}

bool meet(const std::multiset<int64_t> &a, const std::multiset<int64_t> &b) {
    for (int64_t byte : a) {
        if (b.count(byte)) return true;
    }
    return false;
}

TEST(Overlap, NeverAcceptsWhatBruteForceRefuses) {
    std::mt19937 random(11);
    auto between = [&](int low, int high) { return low + int(random() % unsigned(high - low + 1)); };
    dl buffer({1}, f32, {}, 64 << 10);
    int accepted = 0, refused = 0, needlessly = 0;
    for (int round = 0; round < 20000; round++) {
        random_view x, y;
        for (int d = between(1, 3); d > 0; d--) {
            x.shape.push_back(between(1, 4));
            x.strides.push_back(between(-12, 12));
        }
        y = x;
        bool same_strides = round % 4 != 0;
        if (!same_strides && y.shape[0] > 1) y.strides[0] = between(-12, 12);  // of extent 1 it would not matter
        x.start = 2000;
        y.start = 2000 + between(-20, 20);
        dl in = buffer.view(x.shape, x.strides, x.start), out = buffer.view(y.shape, y.strides, y.start);
        auto read = x.bytes(), written = y.bytes();
        bool in_place = x.start == y.start && x.strides == y.strides;
        bool legal = !repeats(written) && (in_place || !meet(read, written));
        slopewise_status status = slopewise_relu(&in, &out, nullptr);
        ASSERT_TRUE(status == SLOPEWISE_OK || status == SLOPEWISE_OVERLAP) << slopewise_last_error();
        ASSERT_TRUE(legal || status == SLOPEWISE_OVERLAP) << "round " << round << ": views that share bytes were accepted";
        accepted += status == SLOPEWISE_OK;
        refused += status != SLOPEWISE_OK;
        needlessly += legal && status != SLOPEWISE_OK;
    }
    EXPECT_GT(accepted, 1000);
    EXPECT_GT(refused, 1000);
    // Refused although legal: outputs that do not nest, or views of other strides within each other's range.
    EXPECT_LT(needlessly, accepted);
}

// Of equal strides that nest, disjoint is always recognised.
TEST(Overlap, ProvesNestedViewsDisjoint) {
    std::mt19937 random(12);
    auto between = [&](int low, int high) { return low + int(random() % unsigned(high - low + 1)); };
    dl buffer({1}, f32, {}, 64 << 10);
    int disjoint = 0;
    for (int round = 0; round < 20000; round++) {
        random_view x;
        int64_t step = 1;
        for (int d = between(1, 3); d > 0; d--) {
            x.shape.push_back(between(1, 4));
            x.strides.push_back((random() % 2 ? -1 : 1) * step * between(1, 3));
            step = std::abs(x.strides.back()) * x.shape.back();
        }
        random_view y = x;
        x.start = 4000;
        y.start = 4000 + between(-60, 60);
        bool legal = x.start == y.start || !meet(x.bytes(), y.bytes());
        dl in = buffer.view(x.shape, x.strides, x.start), out = buffer.view(y.shape, y.strides, y.start);
        slopewise_status status = slopewise_relu(&in, &out, nullptr);
        ASSERT_EQ(status == SLOPEWISE_OK, legal) << "round " << round << " distance " << y.start - x.start;
        disjoint += legal && x.start != y.start;
    }
    EXPECT_GT(disjoint, 1000);
}

// Dimensions of extent 2 whose strides are powers of two, but for the first, which is odd: for an odd distance with alternating bits
// the whole search would take 103,704 steps. One that gives up before must not say "disjoint".
TEST(Overlap, ASearchThatGivesUpRefuses) {
    constexpr int low = 23;
    std::vector<int64_t> shape(low + 1, 2), strides = {(1 << (low + 1)) + 1};
    for (int d = low; d > 0; d--) strides.push_back(1 << d);
    size_t bytes = size_t{1} << (low + 5);
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    dl x(shape, f32, strides), y(shape, f32, strides);
    x.data = y.data = memory;
    y.byte_offset = 4 * 0x555555;  // from x at (1, 0, 0, ...) an even number of elements, within the reach of the others
    EXPECT_EQ(slopewise_relu(&x, &y, nullptr), SLOPEWISE_OVERLAP);
    munmap(memory, bytes);
}

}  // namespace
}  // namespace slopewise::test
