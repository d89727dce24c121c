// The sizes at which a call changes its ways on this machine.
#pragma once

#include <cstdint>

#include "dispatch/cpu_features.h"
#include "table/operations.h"

namespace slopewise {

constexpr int64_t never = INT64_MAX;

/// For the calls of one pattern.
struct thresholds {
    // Bytes that a call reads and writes, from which on its stores are of that kind; on several threads, which have more
    // bandwidth to share than cache, streaming begins elsewhere.
    int64_t prefetch_from, streaming_from, shared_streaming_from;
    // Bytes read and written, or elements where each draws a random number, from which on a call is shared among
    // threads: with workers that are awake, and with workers that sleep.
    int64_t shared_from, waking_from;
};

/// Calls by what they read and write: up to the first, second, third level of cache, or more.
constexpr int class_count = 4;

struct machine_thresholds {
    thresholds of[pattern_count];
    int64_t class_ends[class_count - 1];              ///< bytes
    int8_t variant_of[operation_count][class_count];  ///< the widest is not always the fastest

    int class_of(int64_t bytes) const {
        int c = 0;
        while (c < class_count - 1 && bytes > class_ends[c]) c++;
        return c;
    }
};

/// What was measured for CPUs of a make, scaled by the caches; one variant for everything.
machine_thresholds default_thresholds(cpu_maker maker, const cache_sizes &caches, int variant);

/// For this CPU.
machine_thresholds default_thresholds(int variant);

/// The kind of stores for a call that moves so many bytes, out of place.
inline stores stores_for(const thresholds &t, int64_t bytes, bool is_shared) {
    if (bytes >= (is_shared ? t.shared_streaming_from : t.streaming_from)) return stores::streaming;
    return bytes >= t.prefetch_from ? stores::prefetch : stores::plain;
}

}  // namespace slopewise
