// Choices are plain functions of sizes: at which size a call changes its ways, at every edge.
#include <gtest/gtest.h>

#include "cpu/share.h"
#include "dispatch/dispatch.h"

namespace slopewise::test {
namespace {

constexpr int64_t mebibyte = 1 << 20;

TEST(Choices, ClassesEndWithTheCaches) {
    machine_thresholds t = default_thresholds(cpu_maker::other, {100, 200, 300}, 0);
    const int64_t bytes[] = {0, 100, 101, 200, 201, 300, 301, INT64_MAX};
    const int classes[] = {0, 0, 1, 1, 2, 2, 3, 3};
    for (int i = 0; i < 8; i++) EXPECT_EQ(t.class_of(bytes[i]), classes[i]) << bytes[i];
    machine_thresholds unknown = default_thresholds(cpu_maker::other, {0, 0, 0}, 3);
    EXPECT_EQ(unknown.class_ends[0], 32 << 10);
    EXPECT_EQ(unknown.class_ends[1], mebibyte);
    EXPECT_EQ(unknown.class_ends[2], 32 * mebibyte);
    for (const auto &row : unknown.variant_of) {
        for (int8_t v : row) EXPECT_EQ(v, 3);
    }
}

TEST(Choices, Stores) {
    const thresholds t = {100, 200, 300, 0, 0}, streaming_first = {200, 100, 100, 0, 0};
    struct {
        int64_t bytes;
        stores alone, shared;
    } cases[] = {{0, stores::plain, stores::plain},          {99, stores::plain, stores::plain},
                 {100, stores::prefetch, stores::prefetch},  {199, stores::prefetch, stores::prefetch},
                 {200, stores::streaming, stores::prefetch}, {299, stores::streaming, stores::prefetch},
                 {300, stores::streaming, stores::streaming}};
    for (const auto &c : cases) {
        EXPECT_EQ(stores_for(t, c.bytes, false), c.alone) << c.bytes;
        EXPECT_EQ(stores_for(t, c.bytes, true), c.shared) << c.bytes;
    }
    EXPECT_EQ(stores_for(streaming_first, 250, false), stores::streaming);
    EXPECT_EQ(stores_for({never, never, never, 0, 0}, INT64_MAX - 1, true), stores::plain);
}

// docs/tuning.md and the measurements in thresholds.cpp; eighths of 32 MiB.
TEST(Choices, MakersDefaults) {
    struct {
        pattern p;
        int64_t alone, shared;  // MiB; 0: never
    } amd[] = {{pattern::copy, 24, 40},           {pattern::gradient, 16, 44},
               {pattern::concatenation, 72, 0},   {pattern::concatenation_gradient, 16, 16},
               {pattern::random, 0, 96},          {pattern::random_noise, 80, 0},
               {pattern::random_gradient, 24, 36}};
    auto in_bytes = [](int64_t mib) { return mib ? mib * mebibyte : never; };
    for (const auto &c : amd) {
        bool draws = c.p >= pattern::random;
        const cache_sizes caches = {32 << 10, mebibyte, 32 * mebibyte};
        for (cpu_maker maker : {cpu_maker::amd, cpu_maker::intel, cpu_maker::other}) {
            thresholds t = default_thresholds(maker, caches, 0).of[int(c.p)];
            bool is_amd = maker == cpu_maker::amd;
            EXPECT_EQ(t.streaming_from, is_amd ? in_bytes(c.alone) : 48 * mebibyte) << pattern_names[int(c.p)];
            EXPECT_EQ(t.shared_streaming_from, is_amd ? in_bytes(c.shared) : 48 * mebibyte) << pattern_names[int(c.p)];
            EXPECT_EQ(t.prefetch_from, maker == cpu_maker::intel && !draws ? 4 * mebibyte : never);
            EXPECT_EQ(t.shared_from, draws ? 32 << 10 : mebibyte);
            EXPECT_EQ(t.waking_from, draws ? 384 << 10 : 12 * mebibyte);
        }
    }
    EXPECT_EQ(default_thresholds(cpu_maker::amd, {0, 0, 0}, 0).of[0].streaming_from, 48 * mebibyte) << "a cache of unknown size";
}

/// The library's own choices, under thresholds of the test's.
class Calls : public ::testing::Test {
protected:
    const machine &usual = this_machine();
    machine m = usual;
    slopewise_options options = {sizeof options, nullptr, 0, nullptr, nullptr, nullptr, nullptr};
    char memory[3][64];

    void SetUp() override {
        for (thresholds &t : m.by_size.of) t = {8000, 16000, 32000, 4000, 24000};
        m.thread_limit = 5;
        m.threads_forced = false;
        resolved_machine = &m;
    }
    void TearDown() override { resolved_machine = &usual; }

    /// Of a variant that has all kinds of stores.
    job relu() {
        const variant *v = variants;
        while (!(m.usable[v - variants] && v->function(kernel::relu, dtype::f32, stores::streaming))) v++;
        return {*v, info(operation::relu), dtype::f32, 4, 2, 1, false, nullptr, nullptr};
    }
    stores chosen(int64_t elements, int threads, const slopewise_options *o = nullptr, bool in_place = false) {
        job j = relu();
        char *data[] = {memory[0], memory[in_place ? 0 : 1]};
        choose_stores(j, data, elements, threads, o);
        return j.kind;
    }
};

TEST_F(Calls, Threads) {
    EXPECT_EQ(choose_threads(relu(), 499, nullptr), 1);
    EXPECT_EQ(choose_threads(relu(), 500, nullptr), 5) << "4,000 bytes";
    options.threads = 9;
    EXPECT_EQ(choose_threads(relu(), 1, &options), 9) << "as asked, whatever the size";
    m.threads_forced = true;
    EXPECT_EQ(choose_threads(relu(), 1, &options), 5) << "at most what the environment says";
}

TEST_F(Calls, StoresBySize) {
    EXPECT_EQ(chosen(999, 1), stores::plain);
    EXPECT_EQ(chosen(1000, 1), stores::prefetch);
    EXPECT_EQ(chosen(1999, 1), stores::prefetch);
    EXPECT_EQ(chosen(2000, 1), stores::streaming);
    EXPECT_EQ(chosen(2000, 2), stores::prefetch);
    EXPECT_EQ(chosen(4000, 2), stores::streaming);
    EXPECT_EQ(chosen(4000, 2, nullptr, true), stores::plain) << "in place";
}

TEST_F(Calls, StoresAsAsked) {
    for (stores kind : {stores::plain, stores::streaming, stores::prefetch}) {
        options.stores = store_names[int(kind)];
        EXPECT_EQ(chosen(10, 1, &options), kind);
        EXPECT_EQ(chosen(1 << 20, 1, &options), kind);
        EXPECT_EQ(chosen(10, 1, &options, true), stores::plain) << "in place";
    }
}

TEST_F(Calls, VariantBySize) {
    m.by_size.class_ends[0] = 100;
    const variant *first = m.choice[0][0];
    m.choice[int(operation::crelu)][1] = nullptr;
    EXPECT_EQ(choose_variant(nullptr, operation::crelu, 100), first);
    EXPECT_EQ(choose_variant(nullptr, operation::crelu, 101), nullptr);
    EXPECT_EQ(choose_variant(nullptr, operation::relu, 101), m.choice[0][1]);
}

}  // namespace
}  // namespace slopewise::test
