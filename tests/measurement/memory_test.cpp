#include "measurement/memory.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

using namespace slopewise::measurement;

namespace {

TEST(array, begins_where_in_a_page_it_was_asked_to) {
    for (size_t offset : {0, 64, 1088}) {
        array a(100'000, 1, offset);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(a.data()) % 4096, offset);
        EXPECT_EQ(a.size(), 100'000u);
    }
}

template <class Float>
void expect_unpredictable_signs(const array &a) {
    auto *v = static_cast<const Float *>(a.data());
    size_t n = a.size() / sizeof(Float), negative = 0, changes = 0;
    for (size_t i = 0; i < n; i++) {
        EXPECT_TRUE(std::isnormal(v[i])) << i;
        negative += v[i] < 0;
        changes += i > 0 && std::signbit(v[i]) != std::signbit(v[i - 1]);
    }
    EXPECT_NEAR(double(negative) / double(n), 0.5, 0.02);
    EXPECT_NEAR(double(changes) / double(n), 0.5, 0.02);
}

TEST(array, holds_normal_numbers_of_unpredictable_sign_in_every_type) {
    array a(1 << 18, 7);
    expect_unpredictable_signs<float>(a);
    expect_unpredictable_signs<double>(a);
    auto *halves = static_cast<const uint16_t *>(a.data());
    for (size_t i = 0; i < a.size() / 2; i++) {
        EXPECT_NE(halves[i] & 0x7c00, 0x7c00);  // no f16 is infinite or a NaN,
        EXPECT_NE(halves[i] & 0x7f80, 0x7f80);  // no bf16,
        EXPECT_NE(halves[i] & 0x7c00, 0);       // and none is subnormal
    }
}

TEST(array, the_seed_decides_the_values) {
    array a(4096, 1), same(4096, 1), other(4096, 2);
    EXPECT_EQ(std::memcmp(a.data(), same.data(), 4096), 0);
    EXPECT_NE(std::memcmp(a.data(), other.data(), 4096), 0);
    other.fill(1);
    EXPECT_EQ(std::memcmp(a.data(), other.data(), 4096), 0);
}

TEST(array, a_reserved_one_is_filled_as_far_as_it_is_touched) {
    array whole(1 << 20, 1), reserved(1 << 20, 1, 0, array::state::reserved);
    reserved.touch(4096);
    reserved.touch(64);
    EXPECT_EQ(reserved.touched_bytes(), 4096u);
    EXPECT_EQ(std::memcmp(whole.data(), reserved.data(), 4096), 0);
    EXPECT_EQ(static_cast<const unsigned char *>(reserved.data())[4096], 0);
    reserved.touch(1 << 20);
    EXPECT_EQ(std::memcmp(whole.data(), reserved.data(), 1 << 20), 0);
}

TEST(memory, is_found) { EXPECT_GT(available_memory(), 1 << 20); }

}  // namespace
