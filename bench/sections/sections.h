// What there is to measure, in parts that can be chosen.
#pragma once

#include "session.h"

namespace slopewise::bench {

struct section {
    const char *name;
    const char *what;
    void (*run)(session &s);
};

void measure_calls(session &s);
void measure_cache(session &s);
void measure_crossover(session &s);
void measure_memory(session &s);
void measure_random(session &s);
void measure_reader(session &s);
void measure_types(session &s);
void measure_strided(session &s);
void measure_threads(session &s);
void measure_latency(session &s);

constexpr section sections[] = {
    {"calls", "what a call costs: n = 8 to 1024", measure_calls},
    {"cache", "every operation with a peer or a bound, 4 KiB to 8 MiB an array", measure_cache},
    {"crossover", "ReLU from 8 to 48 MiB an array, where streaming stores begin to pay", measure_crossover},
    {"memory", "the operations of \"cache\" from 64 MiB to 1 GiB an array", measure_memory},
    {"random", "forms of RReLU: offset, noise, backward", measure_random},
    {"reader", "ReLU whose output is read afterwards", measure_reader},
    {"types", "all operations in all types, in cache and in memory", measure_types},
    {"strided", "layouts against contiguous tensors", measure_strided},
    {"threads", "one thread and all", measure_threads},
    {"latency", "single calls with default threads: in a row, after a pause, on a busy machine", measure_latency},
};

}  // namespace slopewise::bench
