#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "autotune/rows.h"
#include "synthetic.h"

namespace slopewise::autotune::test {
namespace {

row row_of(const std::string &generator, const std::string &stores = "plain") {
    return {"k", "f32", "k", stores, {"y"}, "", generator, "", {}};
}

TEST(space, follows_the_generator_and_the_stores) {
    EXPECT_EQ(space_of(row_of("relu")).all().size(), 4u);
    EXPECT_EQ(space_of(row_of("relu", "prefetch")).all().size(), 20u);
    EXPECT_EQ(space_of(row_of("draws")).all().size(), 45u);
    EXPECT_EQ(space_of(row_of("rrelu")).all().size(), 180u);
    EXPECT_TRUE(space_of(row_of("draws_at")).groups.empty());
}

TEST(space, holds_what_keeps_the_rules) {
    space s = run_space();
    for (const candidate &c : s.all()) {
        EXPECT_EQ(number(c, "tile") % number(c, "step"), 0) << text_of(c);
        EXPECT_TRUE(s.keeps_rules(c));
    }
    EXPECT_FALSE(s.keeps_rules(tiles(32, 64, "lanes", 1)));
}

TEST(space, lists_the_simpler_first) {
    space s = run_space();
    std::vector<candidate> all = s.all();
    EXPECT_EQ(all.front(), s.simplest());
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [&](auto &a, auto &b) { return s.complexity(a) < s.complexity(b); }));
    EXPECT_LT(s.complexity(tiles(64, 64, "lanes", 1)), s.complexity(tiles(128, 64, "lanes", 1)));
    EXPECT_LT(s.complexity(tiles(64, 64, "lanes", 1)), s.complexity(tiles(64, 64, "lanes", 2)));
}

TEST(space, around_a_candidate_only_the_group_differs) {
    space s = run_space();
    candidate from = tiles(64, 32, "words", 4);
    std::vector<candidate> found = s.around(from, s.groups[0]);
    EXPECT_EQ(found.size(), 15u);
    EXPECT_EQ(std::set<candidate>(found.begin(), found.end()).size(), found.size());
    for (const candidate &c : found) EXPECT_TRUE(c.at("packing") == "words" && c.at("vectors") == "4");
    EXPECT_EQ(std::count(found.begin(), found.end(), from), 1);
}

TEST(sizes, are_those_in_which_the_runtime_calls_a_kernel) {
    measurement::cache_sizes caches = {32 << 10, 1 << 20, 32 << 20};
    auto names = [&](const char *kernel, const char *type, const char *stores = "plain") {
        row r = row_of("");
        r.kernel = kernel;
        r.type = type;
        r.stores = stores;
        std::string all;
        for (const size_class &c : sizes_of(shape_of(r), caches)) all += c.name + "; ";
        return all;
    };
    const std::string small = "n = 8; n = 27; n = 100; n = 256; ", cached = "L1; L2; ", rows = "rows of 7; ";
    EXPECT_EQ(names("relu", "i8"), small + rows + cached + "L3; memory; ");
    EXPECT_EQ(names("relu_streaming", "f32", "streaming"), "memory; ");
    EXPECT_EQ(names("rrelu_prefetch", "f32", "prefetch"), "memory; ");
    EXPECT_EQ(names("rrelu", "f16"), cached + "L3; memory; ");
    EXPECT_EQ(names("rrelu_noise_short", "f64"), small);
    EXPECT_EQ(names("rrelu_drawn", "f32"), small + rows + cached);
    EXPECT_EQ(names("draws", "u16"), small + cached);
    EXPECT_THROW(names("swish", "f32"), std::runtime_error);
}

TEST(sizes, fill_their_share_of_a_cache) {
    row r = row_of("");
    r.kernel = "crelu";
    call_shape shape = shape_of(r);
    measurement::cache_sizes caches = {32 << 10, 1 << 20, 32 << 20};
    std::vector<size_class> sizes = sizes_of(shape, caches);
    EXPECT_EQ(sizes[0].elements_of(shape), 8);
    for (size_t i = 5; i < sizes.size(); i++) {
        int64_t n = sizes[i].elements_of(shape), bytes = n * 12;
        EXPECT_EQ(n % 256, 0);
        EXPECT_LE(bytes, sizes[i].bytes);
        EXPECT_GT(bytes, sizes[i].bytes * 3 / 4);
    }
}

}  // namespace
}  // namespace slopewise::autotune::test
