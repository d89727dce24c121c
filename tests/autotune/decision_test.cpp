#include <gtest/gtest.h>

#include "autotune/search.h"

namespace slopewise::autotune {
namespace {

using measurement::estimate;

std::optional<estimate> about(double value, double spread = 0.002) { return estimate{value, {value - spread, value + spread}}; }

/// The incumbent is the first.
size_t choice(const std::vector<std::vector<std::optional<estimate>>> &by_size, const std::vector<int> &complexity, double noise = 0) {
    std::vector<standing> sizes;
    for (const auto &estimates : by_size) sizes.push_back({"", estimates, noise});
    return decide(sizes, complexity, 0);
}

TEST(decision, the_fastest_wins) { EXPECT_EQ(choice({{about(1), about(0.9), about(0.8)}}, {0, 1, 2}), 2u); }

TEST(decision, who_did_not_reach_every_size_is_out) { EXPECT_EQ(choice({{about(1), about(0.5)}, {about(1), std::nullopt}}, {0, 1}), 0u); }

TEST(decision, who_is_behind_at_any_size_is_out) {
    EXPECT_EQ(choice({{about(1), about(0.5)}, {about(1), about(1.02)}}, {1, 0}), 0u);
    EXPECT_EQ(choice({{about(1), about(0.5)}, {about(1), about(1.005)}}, {1, 0}), 1u) << "a hundredth is no difference";
    EXPECT_EQ(choice({{about(1), about(0.5)}, {about(1), about(1.02, 0.03)}}, {1, 0}), 1u) << "nor is what the interval cannot tell";
}

TEST(decision, a_gain_within_noise_or_interval_is_none) {
    EXPECT_EQ(choice({{about(1), about(0.95, 0.06)}}, {0, 1}), 0u);
    EXPECT_EQ(choice({{about(1), about(0.95)}}, {0, 1}, 0.06), 0u);
    EXPECT_EQ(choice({{about(1), about(0.95)}}, {0, 1}, 0.04), 1u);
}

TEST(decision, ties_go_to_the_simpler_then_to_the_incumbent) {
    EXPECT_EQ(choice({{about(1), about(0.8), about(0.803), about(0.9)}}, {0, 3, 2, 1}), 2u);
    EXPECT_EQ(choice({{about(1), about(1), about(1)}}, {1, 0, 2}), 1u);
    EXPECT_EQ(choice({{about(1), about(1)}}, {1, 1}), 0u);
}

TEST(decision, the_worst_size_relative_to_the_best_there_counts) {
    auto sizes =
        std::vector<std::vector<std::optional<estimate>>>{{about(1), about(0.7), about(0.78)}, {about(1), about(0.95), about(0.8)}};
    EXPECT_EQ(choice(sizes, {0, 1, 2}), 2u);
}

}  // namespace
}  // namespace slopewise::autotune
