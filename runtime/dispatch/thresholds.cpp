#include "dispatch/thresholds.h"

namespace slopewise {
namespace {

constexpr int64_t mebibyte = int64_t{1} << 20;

/// Where streaming begins, in eighths of the last cache, on one thread and on several; 0: nowhere.
struct streaming_eighths {
    int alone, shared;
};

// AMD EPYC, Zen 4, L3 32 MiB, f32, avx512, streaming against plain stores around the crossing, MiB of in + out. Alone: relu
// 0.99x at 24, 0.88x at 32; relu_backward 1.02x at 12, 0.83x at 18; crelu 1.10x at 48, 0.99x at 72; crelu_backward 0.82x at
// 16; rrelu 1.0x up to 12, 1.1x beyond, being bound by its random numbers; with noise 1.04x at 48, 0.85x at 96; its gradient
// 0.99x at 18, 0.95x at 24. Two threads: relu 1.06x at 32, 0.90x at 48; relu_backward 1.17x at 36, 0.89x at 48; crelu 1.06x at
// 96; rrelu 1.03x at 64, 0.86x at 128; with noise 1.04x at 192; its gradient 0.95x at 36.
constexpr streaming_eighths amd[pattern_count] = {{6, 10}, {4, 11}, {18, 0}, {4, 4}, {0, 24}, {20, 0}, {6, 9}};

/// Intel Xeon (Granite Rapids, L3 480 MiB by name and some 32 by measure): relu equal at 32 MiB of in + out, 0.91x at 48;
/// rrelu 0.67x at 128. Makers that were not measured are taken to be like it.
constexpr int64_t others = 48 * mebibyte;

int64_t eighths_of(int64_t bytes, int count) { return count > 0 ? bytes / 8 * count : never; }

thresholds thresholds_for(pattern p, cpu_maker maker, int64_t l3) {
    thresholds t = {never, others, others, 0, 0};
    if (maker == cpu_maker::amd && l3 > 0) {
        t.streaming_from = eighths_of(l3, amd[int(p)].alone);
        t.shared_streaming_from = eighths_of(l3, amd[int(p)].shared);
    }
    // Output lines fetched ahead: 0.65 to 0.95x from 4 to 48 MiB of in + out on the Xeon, 1.0 to 1.5x on the EPYC.
    bool draws = p == pattern::random || p == pattern::random_noise || p == pattern::random_gradient;
    if (maker == cpu_maker::intel && !draws) t.prefetch_from = 4 * mebibyte;
    // Two threads against one, calls in a row (EPYC, Zen 4, f32): relu 1.6x at 1 MiB, 1.8x at 2 MiB of in + out, rrelu 1.6x
    // at 32Ki, 1.9x at 64Ki elements. Waking a worker takes the caller 8 us, and the worker comes 20 to 50 us later, so that
    // 0.1 ms of work are worth it.
    t.shared_from = draws ? 32 << 10 : 1 * mebibyte;
    t.waking_from = draws ? 3 << 17 : 12 * mebibyte;
    return t;
}

}  // namespace

machine_thresholds default_thresholds(cpu_maker maker, const cache_sizes &caches, int variant) {
    machine_thresholds t;
    for (int p = 0; p < pattern_count; p++) t.of[p] = thresholds_for(pattern(p), maker, caches.l3);
    const int64_t known[] = {caches.l1, caches.l2, caches.l3}, usual[] = {32 << 10, mebibyte, 32 * mebibyte};
    for (int c = 0; c < class_count - 1; c++) t.class_ends[c] = known[c] > 0 ? known[c] : usual[c];
    for (auto &row : t.variant_of) {
        for (int8_t &v : row) v = int8_t(variant);
    }
    return t;
}

machine_thresholds default_thresholds(int variant) { return default_thresholds(made_by(), detect_caches(), variant); }

}  // namespace slopewise
