// Ladders of made-up measurements: where the crossing is found, and what does not move it.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "wisdom/crossing.h"

namespace slopewise::cli {
namespace {

measurement::estimate about(double ratio, double spread = 0.01) { return {ratio, {ratio - spread, ratio + spread}}; }

std::vector<rung> ladder_of(const std::vector<double> &ratios) {
    std::vector<rung> rungs;
    for (double r : ratios) rungs.push_back({int64_t(1) << rungs.size(), about(r)});
    return rungs;
}

TEST(Crossing, IsTheFirstRungOfTheFasterOnes) {
    EXPECT_EQ(faster_from(ladder_of({1.5, 1.2, 0.9, 0.7, 0.6}), margin::of_stores), 4);
    EXPECT_EQ(faster_from(ladder_of({0.9, 0.9, 0.9}), margin::of_stores), 1);
    EXPECT_EQ(faster_from(ladder_of({1.5, 1.2, 1.01, 1.0}), margin::of_stores), std::nullopt);
    EXPECT_EQ(faster_from({}, margin::of_stores), std::nullopt);
}

TEST(Crossing, NeedsItsMarginAndAnIntervalBelowOne) {
    EXPECT_EQ(faster_from(ladder_of({0.95, 0.95, 0.95}), margin::of_threads), std::nullopt);
    EXPECT_EQ(faster_from(ladder_of({0.95, 0.95, 0.95}), margin::of_stores), 1);
    EXPECT_EQ(faster_from({{1, about(0.9, 0.2)}, {2, about(0.9)}}, margin::of_stores), 2);
}

TEST(Crossing, OneBadRungMovesNothing) {
    EXPECT_EQ(faster_from(ladder_of({1.5, 0.8, 0.7, 1.1, 0.6}), margin::of_stores), 2) << "a slow one among fast ones";
    EXPECT_EQ(faster_from(ladder_of({1.5, 0.95, 1.5, 0.7, 0.6}), margin::of_stores), 8) << "a fast one among slow ones";
    EXPECT_EQ(faster_from(ladder_of({1.5, 0.8, 0.7, 0.65, 1.05}), margin::of_stores), 2) << "the last one";
}

/// A planted crossing is found within one rung, whatever the noise and its outliers.
TEST(Crossing, PlantedOnesAreFound) {
    std::mt19937 random(5);
    std::normal_distribution<double> noise(0, 0.02);
    for (int round = 0; round < 500; round++) {
        int planted = int(random() % 10);
        std::vector<rung> rungs;
        for (int i = 0; i < 10; i++) {
            double truth = i < planted ? 1.2 + 0.05 * (planted - i) : 0.85 - 0.02 * (i - planted);
            double outlier = random() % 20 == 0 ? 1.15 : 1;
            rungs.push_back({i, about(truth * outlier * std::exp(noise(random)))});
        }
        auto found = faster_from(rungs, margin::of_stores);
        ASSERT_TRUE(found) << round;
        EXPECT_LE(std::abs(*found - planted), 1) << round;
    }
}

TEST(Ladder, RisesByItsFactorInWholeSteps) {
    EXPECT_EQ(ladder(100, 800, 2, 100), (std::vector<int64_t>{100, 200, 400, 800}));
    EXPECT_EQ(ladder(1, 10, 1.2, 8), (std::vector<int64_t>{8})) << "no step twice";
}

}  // namespace
}  // namespace slopewise::cli
