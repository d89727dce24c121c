// Choices are plain functions of plain data: what is taken at which size, at every edge.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "choices.h"
#include "cpu/share.h"
#include "dispatch/dispatch.h"
#include "dispatch/machines.h"

namespace slopewise::test {
namespace {

TEST(Sizes, NearestPowerOfTwo) {
    struct {
        int64_t size;
        int place;
    } cases[] = {{0, 0},    {1, 0},          {kibi, 0},       {1447, 0},  {1448, 1},          {2 * kibi, 1},     {2895, 1},
                 {2896, 2}, {64 * mebi, 16}, {INT64_MAX, 16}, {mebi, 10}, {mebi * 5 / 4, 10}, {mebi * 3 / 2, 11}};
    for (const auto &c : cases) EXPECT_EQ(place_of_size(c.size), c.place) << c.size;
    for (int place = 1; place < size_count; place++) {
        EXPECT_EQ(place_of_size(begin_of(place)), place);
        EXPECT_EQ(place_of_size(begin_of(place) - 1), place - 1);
        EXPECT_EQ(place_of_size(size_at(place)), place);
    }
}

TEST(Sizes, AsManyF32AsHaveTheBytes) {
    EXPECT_EQ(as_f32(7, 4), 7);
    EXPECT_EQ(as_f32(7, 8), 14);
    EXPECT_EQ(as_f32(7, 1), 1);
    EXPECT_EQ(place_of_size(as_f32(INT64_MAX, 8)), size_count - 1);
}

ratios same(std::array<uint16_t, 6> r) {
    ratios both;
    std::copy(r.begin(), r.end(), both.awake);
    std::copy(r.begin(), r.end(), both.asleep);
    return both;
}

TEST(Choice, IsTheFastestThatWasMeasured) {
    EXPECT_EQ(chosen(same({1000, 900, 700, 500, 650, 800})), streaming_all);
    EXPECT_EQ(chosen(same({1000, 900, 700, 0, 650, 800})), prefetch_one);
    EXPECT_EQ(chosen(same({1000, 0, 0, 0, 0, 0})), plain_one);
    EXPECT_EQ(chosen(same({1000, 800, 0, 0, 0, 0})), plain_all);
    ratios slow_to_wake = same({1000, 600, 0, 0, 0, 0});
    slow_to_wake.asleep[plain_all] = 3000;
    EXPECT_EQ(chosen(slow_to_wake), plain_all);
    EXPECT_EQ(chosen(slow_to_wake, any_choice, false), plain_one);
}

TEST(Choice, OtherThanPlainNeedsAMargin) {
    EXPECT_EQ(chosen(same({1000, 950, 990, 0, 0, 0})), plain_one);
    EXPECT_EQ(chosen(same({1000, 950, 970, 0, 0, 0})), streaming_one);
    EXPECT_EQ(chosen(same({1000, 890, 970, 0, 0, 0})), plain_all);
}

TEST(Choice, KeepsWithinWhatIsAsked) {
    const ratios r = same({1000, 800, 700, 500, 650, 600});
    constexpr unsigned plain = bit_of(stores::plain), streaming = bit_of(stores::streaming);
    EXPECT_EQ(chosen(r, {any_choice.kinds, true, false}), prefetch_one);
    EXPECT_EQ(chosen(r, {plain, true, true}), plain_all);
    EXPECT_EQ(chosen(r, {plain, true, false}), plain_one);
    EXPECT_EQ(chosen(r, {streaming, false, true}), streaming_all);
    const ratios small = same({1000, 0, 0, 0, 0, 0}), middle = same({1000, 700, 0, 0, 0, 0});
    EXPECT_EQ(chosen(small, {streaming, true, true}), streaming_one) << "as asked, where it was not measured";
    EXPECT_EQ(chosen(middle, {streaming, true, true}), streaming_all) << "with the threads that plain stores have";
    EXPECT_EQ(chosen(small, {plain, false, true}), plain_all);
}

TEST(Rows, NothingFoolishIsTakenWhateverTheySay) {
    ratio_table t;
    for (int p = 0; p < pattern_count; p++) {
        for (int at = 0; at < size_count; at++) {
            const measured_row row = row_of(at, {1000, 1, 1, 1, 1, 1}, {1, 1, 1}, pattern(p));
            put_rows(&row, 1, usual_caches, t);
            const ratios &r = t[p][at];
            int64_t bytes = size_at(at) * 4 * operands_of(pattern(p)), least = p >= int(pattern::random) ? 2 * kibi : 8 * kibi;
            for (int one : {streaming_one, prefetch_one}) EXPECT_EQ(r.awake[one] > 0, bytes >= usual_caches.l2);
            EXPECT_EQ(r.awake[plain_all] > 0, size_at(at) >= least) << pattern_names[p] << size_at(at);
            EXPECT_EQ(r.asleep[plain_all] > 0, size_at(at) >= 4 * least) << pattern_names[p] << size_at(at);
            EXPECT_EQ(r.asleep[plain_one], 1000);
        }
    }
}

TEST(Rows, BeyondTheLastOneItGoesOn) {
    const measured_row beyond = row_of(13, {1000, 900, 700, 500, 0, 0}, {900, 500, 0}), within = row_of(12, {1000, 900, 0, 0, 0, 0}, {});
    ratio_table t;
    fill_built_in(usual_caches, t);
    put_rows(&within, 1, usual_caches, t);
    EXPECT_EQ(chosen(t[0][15]), streaming_all) << "built in: its output was in the cache";
    EXPECT_EQ(t[0][15].awake[plain_all], 600);
    const cache_sizes small = {32 << 10, 512 << 10, 16 << 20};
    put_rows(&beyond, 1, small, t);
    for (int at = 13; at < size_count; at++) EXPECT_EQ(t[0][at].awake[plain_all], 900);
    // The last of each pattern, and of no other size.
    constexpr pattern other = pattern::gradient;
    const measured_row rows[] = {row_of(13, {1000, 800, 0, 0, 0, 0}, {}), row_of(14, {1000, 700, 0, 0, 0, 0}, {}),
                                 row_of(13, {1000, 850, 0, 0, 0, 0}, {}, other), row_of(14, {1000, 750, 0, 0, 0, 0}, {}, other)};
    put_rows(rows, 4, small, t);
    for (int at = 14; at < size_count; at++) {
        EXPECT_EQ(t[0][at].awake[plain_all], 700);
        EXPECT_EQ(t[int(other)][at].awake[plain_all], 750);
    }
    EXPECT_EQ(t[0][13].awake[plain_all], 800);
}

TEST(BuiltIn, PlainInCacheAndStreamingBeyond) {
    for (const cache_sizes &caches : {usual_caches, cache_sizes{32 << 10, 1 << 20, 8 << 20}, cache_sizes{0, 0, 0}}) {
        ratio_table t;
        fill_built_in(caches, t);
        for (int p = 0; p < pattern_count; p++) {
            for (int at = 0; at < size_count; at++) {
                bool streams = operands_of(pattern(p)) * 4 * size_at(at) >= last_cache(caches);
                EXPECT_EQ(choose(t[p][at], any_choice, true).kind, streams ? stores::streaming : stores::plain) << pattern_names[p];
                EXPECT_EQ(choose(t[p][at], {any_choice.kinds, true, false}, true).kind, streams ? stores::streaming : stores::plain);
            }
            EXPECT_EQ(chosen(t[p][3]), plain_one);
            EXPECT_EQ(chosen(t[p][6]), plain_all) << "512 KiB to 1 MiB";
            EXPECT_EQ(chosen(t[p][6], any_choice, false), plain_one) << "not worth waking anyone";
            EXPECT_EQ(chosen(t[p][16]), streaming_all);
            EXPECT_EQ(chosen(t[p][16], any_choice, false), streaming_all);
        }
    }
    EXPECT_EQ(last_cache({32 << 10, 2 << 20, int64_t{480} << 20}), 32 * mebi) << "by name";
}

/// The library's own choices, by ratios of the test's: from 1,448 f32 prefetched, from 2,896 streaming, from 5,793 on all threads.
class Calls : public ::testing::Test {
protected:
    const machine &usual = this_machine();
    machine m = usual;
    slopewise_options options = {sizeof options, nullptr, 0, nullptr, nullptr, nullptr, nullptr};
    char memory[3][64];

    void SetUp() override {
        for (auto &sizes : m.by_size.of) {
            for (ratios &r : sizes) r = same({1000, 950, 700, 500, 800, 0});
            sizes[0] = same({1000, 0, 0, 0, 0, 0});
            sizes[1] = same({1000, 0, 0, 0, 800, 0});
            sizes[2] = same({1000, 0, 700, 0, 800, 0});
            sizes[4].asleep[streaming_all] = 2000;
        }
        m.by_size.find_small_sizes();
        m.thread_limit = 5;
        m.threads_forced = false;
        resolved_machine = &m;
    }
    void TearDown() override { resolved_machine = &usual; }

    /// Of a variant that has all kinds of stores.
    job relu(dtype t = dtype::f32) {
        const variant *v = variants;
        while (!(m.usable[v - variants] && v->function(kernel::relu, t, stores::streaming))) v++;
        return {*v, info(operation::relu), t, size_of(t), 2, 1, false, nullptr, nullptr};
    }
    struct way {
        stores kind;
        int threads;
        bool operator==(const way &o) const { return kind == o.kind && threads == o.threads; }
    };
    way taken(int64_t elements, const slopewise_options *o = nullptr, workers found = workers::awake, bool in_place = false) {
        job j = relu();
        char *data[] = {memory[0], memory[in_place ? 0 : 1]};
        int threads = choose(j, data, elements, o, found);
        return {j.kind, threads};
    }
};

TEST_F(Calls, BySize) {
    EXPECT_EQ(m.by_size.plain_below[0], 1448);
    EXPECT_EQ(taken(1447), (way{stores::plain, 1}));
    EXPECT_EQ(taken(1448), (way{stores::prefetch, 1}));
    EXPECT_EQ(taken(2896), (way{stores::streaming, 1}));
    EXPECT_EQ(taken(5792), (way{stores::streaming, 5}));
    EXPECT_EQ(taken(5792, nullptr, workers::none), (way{stores::streaming, 1}));
    EXPECT_EQ(taken(16384, nullptr, workers::asleep), (way{stores::streaming, 1})) << "worth no waking";
    EXPECT_EQ(taken(32768, nullptr, workers::asleep), (way{stores::streaming, 5}));
    EXPECT_EQ(taken(5792, nullptr, workers::awake, true), (way{stores::plain, 1})) << "in place: 0.95 is too little";
    m.thread_limit = 1;
    EXPECT_EQ(taken(5792), (way{stores::streaming, 1}));
}

TEST_F(Calls, SizesAreThoseOfF32) {
    EXPECT_EQ(relu(dtype::f16).size(2000), 1000);
    EXPECT_EQ(relu(dtype::f64).size(2000), 4000);
    EXPECT_GE(relu(dtype::f64).size(INT64_MAX), size_at(size_count - 1)) << "no overflow";
    job random = {variants[0], info(operation::rrelu), dtype::f16, 2, 2, 1, false, nullptr, nullptr};
    EXPECT_EQ(random.size(2000), 2000) << "as many random numbers";
}

TEST_F(Calls, ThreadsAsAsked) {
    options.threads = 9;
    EXPECT_EQ(taken(1, &options), (way{stores::plain, 9})) << "whatever the size";
    EXPECT_EQ(taken(5792, &options), (way{stores::streaming, 9}));
    m.threads_forced = true;
    EXPECT_EQ(taken(1, &options), (way{stores::plain, 5})) << "at most what the environment says";
    options.threads = 1;
    EXPECT_EQ(taken(1 << 20, &options), (way{stores::streaming, 1}));
}

TEST_F(Calls, StoresAsAsked) {
    for (stores kind : {stores::plain, stores::streaming, stores::prefetch}) {
        options.stores = store_names[int(kind)];
        EXPECT_EQ(taken(10, &options), (way{kind, 1}));
        EXPECT_EQ(taken(1 << 20, &options).kind, kind);
        EXPECT_EQ(taken(10, &options, workers::awake, true).kind, stores::plain) << "in place";
    }
}

// What is said of choices is what is taken.
TEST_F(Calls, AreDescribedAsTaken) {
    std::string text(slopewise_machine(nullptr, 0), '\0');
    slopewise_machine(text.data(), text.size() + 1);
    std::string copies = text.substr(text.find("\"copy\""), text.find("\"gradient\"") - text.find("\"copy\""));
    size_t asleep = copies.find("\"asleep\"");
    auto begins = [](const std::string &of, int64_t size) { return of.find("from\": " + std::to_string(size) + ",") != std::string::npos; };
    for (int64_t size : {0, 1448, 2896, 5792})
        EXPECT_TRUE(begins(copies.substr(0, asleep), size) && begins(copies.substr(asleep), size)) << size;
    EXPECT_FALSE(begins(copies.substr(0, asleep), 11584)) << copies;
    EXPECT_TRUE(begins(copies.substr(asleep), 11584) && begins(copies.substr(asleep), 23168)) << copies;
    m.by_size.from = origin::own_row;
    char explained[1000];
    ASSERT_EQ(slopewise_explain("relu", "f32", 5800, explained, sizeof explained), SLOPEWISE_OK);
    EXPECT_NE(std::string(explained).find(": plain 1.00x plain on all 0.95x streaming 0.70x streaming on all 0.50x prefetch 0.80x\n"),
              std::string::npos)
        << explained;
}

TEST_F(Calls, VariantBySize) {
    m.by_size.class_ends[0] = 100;
    const variant *first = m.choice[0][0];
    m.choice[int(operation::crelu)][1] = nullptr;
    EXPECT_EQ(choose_variant(nullptr, operation::crelu, 100), first);
    EXPECT_EQ(choose_variant(nullptr, operation::crelu, 101), nullptr);
    EXPECT_EQ(choose_variant(nullptr, operation::relu, 101), m.choice[0][1]);
}

TEST(Classes, EndWithTheCaches) {
    machine_choices t = {};
    for (int c = 0; c < 3; c++) t.class_ends[c] = 100 * (c + 1);
    const int64_t bytes[] = {0, 100, 101, 200, 201, 300, 301, INT64_MAX};
    const int classes[] = {0, 0, 1, 1, 2, 2, 3, 3};
    for (int i = 0; i < 8; i++) EXPECT_EQ(t.class_of(bytes[i]), classes[i]) << bytes[i];
    auto ends = [&](const cache_sizes &caches) {
        end_classes(caches, t.class_ends);
        return std::vector<int64_t>(t.class_ends, t.class_ends + 3);
    };
    EXPECT_EQ(ends({48 << 10, 2 << 20, 8 << 20}), (std::vector<int64_t>{48 << 10, 2 << 20, 8 << 20}));
    EXPECT_EQ(ends({0, -1, 0}), (std::vector<int64_t>{32 << 10, 1 << 20, 32 << 20})) << "of a processor that does not say";
}

}  // namespace
}  // namespace slopewise::test
