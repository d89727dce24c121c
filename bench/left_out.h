// Cross-validation over the measured machines: what each would lose by what the others say.
#pragma once

#include <string>
#include <vector>

#include "dispatch/machines.h"

namespace slopewise::bench {

/// What a machine would choose by what all others say.
machine_choices choose_without_own_row(const machine_list &all, const cpu_model &cpu, const cache_sizes &caches, int threads);

/// Of fewer, leaving one out says little.
constexpr int least_machines = 3;

/// Where a machine that is left out loses most: the time of the choice that the others make, to that of the best measured there.
struct left_out {
    const char *machine;
    double worst = 1;
    int pattern = 0;
    int64_t elements = 0;
};

/// Of each machine, calls in a row; none below `least_machines`. A choice that the machine did not measure is no loss: it tells nothing.
std::vector<left_out> cross_validate(const machine_list &all);

/// The same in words.
std::string in_words(const std::vector<left_out> &validated, int machines);

}  // namespace slopewise::bench
