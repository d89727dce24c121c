#include "measurement/comparison.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "measurement/statistics.h"

namespace slopewise::measurement {
namespace {

void prepare(const contender &c) {
    if (c.prepare) c.prepare();
}

}  // namespace

comparison::comparison(std::vector<contender> given, const settings &how, nanosecond_clock now)
    : contenders(std::move(given)), how(how), now(std::move(now)), random(how.seed), order(contenders.size()) {
    std::iota(order.begin(), order.end(), size_t{0});
    for (const contender &c : contenders) measured.push_back({c.name, calibrate(c), {}, {}});
}

/// Doubles the repetitions until they fill half a slice.
int64_t comparison::calibrate(const contender &c) const {
    prepare(c);
    c.run(1);  // code and data come into the caches
    for (int64_t repetitions = 1;; repetitions *= 2) {
        prepare(c);
        double elapsed = timed(c, repetitions);
        if (elapsed < how.slice / 2 && 2 * repetitions <= how.most_repetitions) continue;
        int64_t fitting = std::llround(double(repetitions) * how.slice / std::max(elapsed, how.slice / 2));
        return std::clamp<int64_t>(fitting, 1, how.most_repetitions);
    }
}

double comparison::timed(const contender &c, int64_t repetitions) const {
    double start = now();
    c.run(repetitions);
    return now() - start;
}

void comparison::time_slice(size_t which) {
    const contender &c = contenders[which];
    series &s = measured[which];
    prepare(c);
    if (how.warm_calls > 0) c.run(how.warm_calls);
    s.rounds.push_back(timed(c, s.repetitions) / double(s.repetitions));
}

void comparison::time_calls(size_t which) {
    const contender &c = contenders[which];
    series &s = measured[which];
    if (how.warm_calls > 0) c.run(how.warm_calls);
    size_t first = s.calls.size();
    for (int64_t i = 0; i < s.repetitions; i++) {
        prepare(c);
        s.calls.push_back(timed(c, 1));
    }
    s.rounds.push_back(median({s.calls.begin() + std::ptrdiff_t(first), s.calls.end()}));
}

void comparison::run_round() {
    std::shuffle(order.begin(), order.end(), random);
    for (size_t which : order) how.time == timing::slices ? time_slice(which) : time_calls(which);
}

void comparison::drop(size_t which) { order.erase(std::remove(order.begin(), order.end(), which), order.end()); }

std::vector<series> measure(std::vector<contender> contenders, const settings &how, const nanosecond_clock &now) {
    if (how.most_rounds < how.least_rounds || how.least_rounds < 1) {
        throw std::invalid_argument("measure: expected 1 <= least_rounds <= most_rounds, got " + std::to_string(how.least_rounds) +
                                    " and " + std::to_string(how.most_rounds));
    }
    double start = now();
    comparison c(std::move(contenders), how, now);
    for (int round = 1; round <= how.most_rounds; round++) {
        c.run_round();
        if (how.progress) how.progress(round);
        if (round < how.least_rounds) continue;
        if (now() - start >= how.budget || (how.enough && how.enough(c.results()))) break;
    }
    return c.results();
}

std::vector<contender> with_repeat(std::vector<contender> contenders, size_t which, std::string name) {
    contender again = contenders.at(which);
    again.name = std::move(name);
    contenders.push_back(std::move(again));
    return contenders;
}

}  // namespace slopewise::measurement
