#include "measurement/comparison.h"

#include <alloca.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "measurement/statistics.h"

namespace slopewise::measurement {
namespace {

constexpr size_t stack_alignment = 16, page = 4096;

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

void comparison::time_slice(const contender &c, series &s) const {
    prepare(c);
    if (how.warm_calls > 0) c.run(how.warm_calls);
    s.rounds.push_back(timed(c, s.repetitions) / double(s.repetitions));
}

void comparison::time_calls(const contender &c, series &s) const {
    if (how.warm_calls > 0) c.run(how.warm_calls);
    size_t first = s.calls.size();
    for (int64_t i = 0; i < s.repetitions; i++) {
        prepare(c);
        s.calls.push_back(timed(c, 1));
    }
    s.rounds.push_back(median({s.calls.begin() + std::ptrdiff_t(first), s.calls.end()}));
}

void comparison::time_at_depth(size_t depth, size_t which) {
    auto *space = static_cast<volatile char *>(alloca(depth));
    space[0] = 0;
    how.time == timing::slices ? time_slice(contenders[which], measured[which]) : time_calls(contenders[which], measured[which]);
}

void comparison::run_round() {
    std::shuffle(order.begin(), order.end(), random);
    std::uniform_int_distribution<size_t> steps(1, page / stack_alignment);
    for (size_t which : order) time_at_depth(steps(random) * stack_alignment, which);
}

void comparison::drop(size_t which) { order.erase(std::remove(order.begin(), order.end(), which), order.end()); }

std::vector<series> measure(std::vector<contender> contenders, const settings &how, const nanosecond_clock &now) {
    comparison c(std::move(contenders), how, now);
    for (int round = 0; round < how.rounds; round++) c.run_round();
    return c.results();
}

std::vector<contender> with_repeat(std::vector<contender> contenders, size_t which, std::string name) {
    contender again = contenders.at(which);
    again.name = std::move(name);
    contenders.push_back(std::move(again));
    return contenders;
}

}  // namespace slopewise::measurement
