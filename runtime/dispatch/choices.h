// How a call is carried out, by its pattern and size: plain functions of plain data.
#pragma once

#include <cstdint>

#include "dispatch/cpu_features.h"
#include "table/operations.h"

namespace slopewise {

/// Stores and threads are one decision: what one is worth depends on the other.
struct choice {
    stores kind;
    bool all;  ///< threads, or one

    constexpr int index() const { return 2 * int(kind) + all; }
};
constexpr int choice_count = 6;
constexpr choice choice_at(int index) { return {stores(index / 2), index % 2 == 1}; }

/// At one size: the time of each choice in thousandths of that of plain stores on one thread, with workers that are awake and with
/// workers that sleep. 0: not measured, and so not taken.
struct ratios {
    uint16_t awake[choice_count], asleep[choice_count];
};

/// Sizes are elements of each operand, as if they were f32: powers of two, from 1 Ki to 64 Mi.
constexpr int size_count = 17, first_size_bits = 10;
constexpr int64_t size_at(int place) { return int64_t{1} << (first_size_bits + place); }
/// The smallest size that is nearer to this power of two than to the one before: 181 is 128 times the square root of two.
constexpr int64_t begin_of(int place) { return place == 0 ? 0 : int64_t{181} << (first_size_bits + place - 8); }
inline int place_of_size(int64_t size) {
    if (size < begin_of(1)) return 0;
    int bits = 63 - __builtin_clzll(uint64_t(size)), place = bits - first_size_bits + (size >> (bits - 7) >= 181);
    return std::min(place, size_count - 1);
}

/// What a call may take.
struct freedom {
    unsigned kinds;  ///< of stores, by bit; at least one
    bool one, all;   ///< threads; at least one of the two
};
constexpr unsigned bit_of(stores kind) { return 1u << int(kind); }
constexpr freedom any_choice = {bit_of(stores::plain) | bit_of(stores::streaming) | bit_of(stores::prefetch), true, true};

/// The fastest of those, by a margin where it is other than plain stores on one thread. Stores that were not measured at the size
/// are taken only where there is no other.
choice choose(const ratios &r, const freedom &free, bool awake);

/// One measured size: with workers that sleep, only choices on all threads differ.
struct measured_row {
    int pattern, place;
    uint16_t awake[choice_count], asleep[choice_count / 2];
};

using ratio_table = ratios[pattern_count][size_count];

/// What rows say, in a table for a machine of such caches: without stores past a cache that holds the call, and without threads for
/// less work than waking them costs, which no machine's measurements make wise. Sizes beyond the last become like it, where its output
/// exceeds every cache. Rows of a pattern follow each other, sizes rising. Every size stands for itself: on Zen 3 two threads take 0.37
/// of one's time where in + out are 16 MiB, and 0.6 to 0.8 at half and twice that.
void put_rows(const measured_row *rows, int count, const cache_sizes &caches, ratio_table &to);

/// What holds where nothing is measured: a few thresholds that are right within a factor of two on every machine that was seen.
void fill_built_in(const cache_sizes &caches, ratio_table &to);

/// Tensors that a pattern's calls read and write, as kernels count them.
int operands_of(pattern p);

/// The cache that outputs may stay in, and the one before: at least what every processor has, where it does not say.
int64_t last_cache(const cache_sizes &caches);
int64_t inner_cache(const cache_sizes &caches);

/// Calls by what they read and write: up to the first, second, third level of cache, or more.
constexpr int class_count = 4;
void end_classes(const cache_sizes &caches, int64_t (&ends)[class_count - 1]);

/// Where ratios come from. Of the nearest they are losses: times to that of the best.
enum class origin { built_in, nearest, own_row, wisdom };

struct machine_choices {
    ratio_table of;
    origin from;
    int64_t plain_below[pattern_count];               ///< sizes: always plain stores on one thread
    int64_t class_ends[class_count - 1];              ///< bytes
    int8_t variant_of[operation_count][class_count];  ///< the widest is not always the fastest
    char source[160];                                 ///< the origin in words

    const ratios &at(pattern p, int64_t size) const { return of[int(p)][place_of_size(size)]; }
    /// One thread and plain stores, whatever is free.
    bool is_small(pattern p, int64_t size) const { return size < plain_below[int(p)]; }
    /// After a change of the ratios.
    void find_small_sizes();

    int class_of(int64_t bytes) const {
        int c = 0;
        while (c < class_count - 1 && bytes > class_ends[c]) c++;
        return c;
    }
};

}  // namespace slopewise
