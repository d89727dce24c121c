#include "measurement/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "measurement/comparison.h"

using namespace slopewise::measurement;

namespace {

std::vector<double> lognormal(int count, double center, double spread, uint64_t seed) {
    std::mt19937_64 random(seed);
    std::lognormal_distribution<double> values(std::log(center), spread);
    std::vector<double> v;
    for (int i = 0; i < count; i++) v.push_back(values(random));
    return v;
}

TEST(statistics, quantiles_lie_between_order_statistics) {
    std::vector<double> v = {40, 10, 30, 20};
    EXPECT_EQ(quantile(v, 0), 10);
    EXPECT_EQ(quantile(v, 1), 40);
    EXPECT_EQ(median(v), 25);
    EXPECT_DOUBLE_EQ(quantile(v, 0.9), 37);
    EXPECT_EQ(median({7}), 7);
    EXPECT_EQ(median({3, 1, 2}), 2);
    EXPECT_THROW(median({}), std::invalid_argument);
}

TEST(statistics, intervals_cover_as_often_as_they_say) {
    constexpr int trials = 400;
    int covered = 0;
    for (int trial = 0; trial < trials; trial++) {
        estimate e = median_with_interval(lognormal(25, 100, 0.1, uint64_t(trial)), {400, 0.95, 1});
        EXPECT_LE(e.within.low, e.value);
        EXPECT_GE(e.within.high, e.value);
        covered += e.within.contains(100);
    }
    EXPECT_GT(covered, trials * 90 / 100);
    EXPECT_LT(covered, trials);
}

TEST(statistics, more_rounds_and_less_confidence_narrow_the_interval) {
    auto width = [](int rounds, double confidence) {
        interval w = median_with_interval(lognormal(rounds, 100, 0.1, 5), {1000, confidence, 1}).within;
        return w.high - w.low;
    };
    EXPECT_LT(width(400, 0.95), width(25, 0.95) / 2);
    EXPECT_LT(width(25, 0.5), width(25, 0.95));
}

TEST(statistics, the_seed_decides_the_interval) {
    std::vector<double> v = lognormal(21, 100, 0.1, 5);
    interval one = median_with_interval(v, {200, 0.9, 1}).within, again = median_with_interval(v, {200, 0.9, 1}).within;
    EXPECT_EQ(one.low, again.low);
    EXPECT_EQ(one.high, again.high);
}

TEST(statistics, ratios_are_taken_round_by_round) {
    series fast = {"fast", 1, {10, 20, 40, 80}, {}}, slow = {"slow", 1, {15, 30, 60, 120}, {}};
    estimate r = ratio(slow, fast);
    EXPECT_EQ(r.value, 1.5);
    EXPECT_EQ(r.within.low, 1.5);
    EXPECT_EQ(r.within.high, 1.5);
}

TEST(statistics, noise_is_the_far_end_of_the_interval) {
    series one = {"one", 1, {100, 100, 100, 100, 100}, {}}, again = {"again", 1, {100, 98, 101, 100, 105}, {}};
    EXPECT_NEAR(noise(one, again), 0.05, 1e-9);
    EXPECT_EQ(noise(one, one), 0);
}

}  // namespace
