// Estimates that a few outliers do not move, with intervals that say how much the rounds disagree.
#pragma once

#include <cstdint>
#include <vector>

namespace slopewise::measurement {

struct series;

/// Linear between the order statistics; q in [0, 1]. At least one value.
double quantile(std::vector<double> values, double q);
double median(std::vector<double> values);

struct interval {
    double low, high;
    bool contains(double value) const { return low <= value && value <= high; }
};

struct estimate {
    double value;
    interval within;
};

struct bootstrap {
    int resamples = 1000;
    double confidence = 0.95;
    uint64_t seed = 1;
};

/// The median, with the percentile interval of medians of resampled values.
estimate median_with_interval(const std::vector<double> &values, const bootstrap &b = {});

/// How many times as long `of` took as `to`, round by round: what a drifting machine does to both falls out. A series that
/// was dropped early is compared over the rounds that both have.
std::vector<double> paired_ratios(const series &of, const series &to);
estimate ratio(const series &of, const series &to, const bootstrap &b = {});

/// By how much two series of the same thing may differ: the farthest that the interval of their ratio goes from 1. A
/// difference below it is no finding.
double noise(const series &one, const series &again, const bootstrap &b = {});

}  // namespace slopewise::measurement
