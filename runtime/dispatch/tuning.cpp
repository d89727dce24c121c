#include "dispatch/tuning.h"

#include <unistd.h>

#include <algorithm>

#include "dispatch/cpu_features.h"

namespace slopewise {
namespace {

constexpr int64_t mebibyte = int64_t{1} << 20;

/// Streaming pays when inputs and outputs no longer fit the last cache, of which other programs have their share. Plain
/// against streaming ReLU, f32, MiB of in + out: AMD EPYC (Zen 4, L3 32 MiB) equal at 16, 0.89x at 24, 0.67x at 48; Intel
/// Xeon (Granite Rapids, L3 480 MiB by name and about 32 by measure) equal at 32, 0.91x at 48.
int64_t streaming_default(int64_t l3) {
    constexpr int64_t most = 48 * mebibyte;
    return l3 > 0 ? std::min(l3 * 5 / 8, most) : most;
}

}  // namespace

cache_sizes detect_caches() {
    auto size = [](int which) { return std::max<int64_t>(0, sysconf(which)); };
    return {size(_SC_LEVEL1_DCACHE_SIZE), size(_SC_LEVEL2_CACHE_SIZE), size(_SC_LEVEL3_CACHE_SIZE)};
}

tuning default_tuning() {
    tuning t = {};
    t.streaming_from = streaming_default(detect_caches().l3);
    // Fetching output lines ahead: 0.65 to 0.95x from 2 to 48 MiB an array on the Xeon, 1.1 to 1.4x on the EPYC.
    t.prefetch_from = is_intel() ? 4 * mebibyte : never;
    // Two threads against one, calls in a row (EPYC, Zen 4, f32): relu 1.6x at 128Ki, 1.8x at 256Ki elements, rrelu 1.6x
    // at 32Ki, 1.9x at 64Ki. Waking a worker takes the caller 8 us, and the worker comes 20 to 50 us later, so that 0.1 ms
    // of work are worth it.
    t.shared_plain = 128 << 10;
    t.shared_random = 32 << 10;
    t.waking_plain = 3 << 19;
    t.waking_random = 3 << 17;
    return t;
}

}  // namespace slopewise
