// What there is to measure. A section's name begins the form of its benchmarks; those of the sizes have none.
#pragma once

#include "entries.h"
#include "program.h"

namespace slopewise::bench {

void measure_calls(program &to, arena &memory);    ///< what a call costs: n = 8 to 1024
void measure_tails(program &to, arena &memory);    ///< every length from 1 to 130, by variant
void measure_sizes(program &to, arena &memory);    ///< throughput, from the first cache to memory
void measure_random(program &to, arena &memory);   ///< forms of RReLU: offset, noise, backward
void measure_reader(program &to, arena &memory);   ///< ReLU whose output is read afterwards
void measure_strided(program &to, arena &memory);  ///< layouts against contiguous tensors
void measure_choices(program &to, arena &memory);  ///< stores and threads by size, against every other choice
void measure_threads(program &to, arena &memory);  ///< one thread and all
void measure_latency(program &to, arena &memory);  ///< single calls: in a row, after a pause, on a busy machine

constexpr void (*sections[])(program &, arena &) = {measure_calls,   measure_tails,   measure_sizes,   measure_random, measure_reader,
                                                    measure_strided, measure_choices, measure_threads, measure_latency};

}  // namespace slopewise::bench
