#include "execute/share.h"

#include <algorithm>

#include "execute/float_environment.h"
#include "execute/pool.h"
#include "execute/tiles.h"

namespace slopewise {
namespace {

// Elements below which one thread is as fast, since a sleeping worker takes some 10 us to wake. Two threads against one on
// an AMD EPYC (Zen 4), f32: rrelu 0.80x at 64Ki, 0.95x at 128Ki, 1.30x at 256Ki; relu 0.67x at 256Ki, 1.35x at 1Mi.
constexpr int64_t serial_random = 192 << 10, serial_plain = 512 << 10;
/// Tiles for each thread, so that one that is held up leaves its share to the others.
constexpr int64_t tiles_per_thread = 4;
/// Tiles begin on cache lines and Philox blocks of every type.
constexpr int64_t tile_multiple = 64;

struct shared_job {
    const job &j;
    const tiling &t;
};

void run_tiles(void *closure, int64_t begin, int64_t end) {
    float_environment defaults;  // the thread may be anybody's
    const auto &shared = *static_cast<const shared_job *>(closure);
    execute_tiles(shared.j, shared.t, begin, end);
}

int64_t tile_budget(int64_t elements, int threads) {
    if (threads <= 1) return max_call_elements;
    int64_t share = (elements + threads * tiles_per_thread - 1) / (threads * tiles_per_thread);
    return std::min(max_call_elements, (share + tile_multiple - 1) / tile_multiple * tile_multiple);
}

}  // namespace

int choose_threads(const operation_info &op, int64_t elements, const slopewise_options *options) {
    int asked = options ? options->threads : 0;
    const machine &m = this_machine();
    bool own_pool = options && options->parallel_for;
    int limit = own_pool && !m.threads_forced ? std::max(asked, m.thread_limit) : m.thread_limit;
    if (asked > 0) return m.threads_forced ? std::min(asked, m.thread_limit) : asked;
    return elements < (op.random ? serial_random : serial_plain) ? 1 : limit;
}

void execute(const job &j, const slopewise_options *options) {
    int64_t elements = j.s.elements();
    int threads = choose_threads(j.op, elements, options);
    tiling t;
    make_tiling(j.s, tile_budget(elements, threads), t);
    shared_job shared = {j, t};
    if (threads <= 1 || t.tiles <= 1) return execute_tiles(j, t, 0, t.tiles);
    if (options && options->parallel_for) {
        int64_t grain = (t.tiles + threads - 1) / threads;
        return options->parallel_for(options->pool, 0, t.tiles, grain, run_tiles, &shared);
    }
    pool_run(threads, t.tiles, run_tiles, &shared);
}

}  // namespace slopewise
