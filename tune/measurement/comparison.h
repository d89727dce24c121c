// Interleaved timing: every round runs every contender once, in a random order of its own, so that a machine that drifts
// favours none and what is compared was measured side by side. Each stretch of calls begins at a random depth of the stack:
// an unlucky place makes some kernels take 1.4 times as long (RReLU bf16, AVX2, on Zen 4) and would stay for a whole process.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "measurement/clock.h"
#include "measurement/repeating.h"

namespace slopewise::measurement {

/// What is timed, under a name.
struct contender {
    std::string name;
    repeated run;
    std::function<void()> prepare = {};  ///< untimed, before each stretch that is timed
};

enum class timing {
    slices,  ///< one reading of the clock around all repetitions of a round
    calls    ///< around each call as well: for quantiles
};

/// What was measured of one contender.
struct series {
    std::string name;
    int64_t repetitions = 1;     ///< calls a round
    std::vector<double> rounds;  ///< nanoseconds a call, one number a round
    std::vector<double> calls;   ///< nanoseconds of each call, with timing::calls
};

struct settings {
    double slice = 500e3;  ///< nanoseconds that a contender runs in a round
    int64_t most_repetitions = int64_t{1} << 30;
    int warm_calls = 1;  ///< untimed, before each stretch, so that it finds the caches as its own calls leave them
    int rounds = 25;
    timing time = timing::slices;
    uint64_t seed = 1;
};

/// Contenders and their results so far. A search that lets contenders go runs its rounds itself.
class comparison {
public:
    /// Calls each contender a few times, to find how often a slice has room for it.
    comparison(std::vector<contender> contenders, const settings &how, nanosecond_clock now);

    void run_round();

    /// Takes part in no further round.
    void drop(size_t which);

    const std::vector<series> &results() const { return measured; }

private:
    int64_t calibrate(const contender &c) const;
    double timed(const contender &c, int64_t repetitions) const;
    void time_slice(const contender &c, series &s) const;
    void time_calls(const contender &c, series &s) const;
    void time_at_depth(size_t depth, size_t which);

    std::vector<contender> contenders;
    settings how;
    nanosecond_clock now;
    std::mt19937_64 random;
    std::vector<size_t> order;  ///< of those that still take part
    std::vector<series> measured;
};

/// All rounds.
std::vector<series> measure(std::vector<contender> contenders, const settings &how, const nanosecond_clock &now);

/// The contenders and one of them again: what the two differ by is noise.
std::vector<contender> with_repeat(std::vector<contender> contenders, size_t which, std::string name);

}  // namespace slopewise::measurement
