#include "measurement/statistics.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

#include "measurement/comparison.h"

namespace slopewise::measurement {

double quantile(std::vector<double> values, double q) {
    if (values.empty()) throw std::invalid_argument("quantile: expected at least one value, got none");
    double place = q * double(values.size() - 1);
    auto below = values.begin() + std::ptrdiff_t(place);
    std::nth_element(values.begin(), below, values.end());
    double fraction = place - std::floor(place);
    if (fraction == 0) return *below;
    double next = *std::min_element(below + 1, values.end());
    return *below + fraction * (next - *below);
}

double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

estimate median_with_interval(const std::vector<double> &values, const bootstrap &b) {
    std::mt19937_64 random(b.seed);
    std::uniform_int_distribution<size_t> any(0, values.empty() ? 0 : values.size() - 1);
    double middle = median(values);
    std::vector<double> resample(values.size()), medians;
    for (int i = 0; i < b.resamples; i++) {
        for (double &v : resample) v = values[any(random)];
        medians.push_back(median(resample));
    }
    double tail = (1 - b.confidence) / 2;
    return {middle, {quantile(medians, tail), quantile(medians, 1 - tail)}};
}

std::vector<double> paired_ratios(const series &of, const series &to) {
    std::vector<double> ratios;
    for (size_t round = 0; round < std::min(of.rounds.size(), to.rounds.size()); round++)
        ratios.push_back(of.rounds[round] / to.rounds[round]);
    return ratios;
}

estimate ratio(const series &of, const series &to, const bootstrap &b) { return median_with_interval(paired_ratios(of, to), b); }

double noise(const series &one, const series &again, const bootstrap &b) {
    interval within = ratio(again, one, b).within;
    return std::max(std::fabs(within.low - 1), std::fabs(within.high - 1));
}

}  // namespace slopewise::measurement
