#include "cpu/share.h"

#include <algorithm>

#include "cpu/float_environment.h"
#include "cpu/pool.h"
#include "cpu/tiles.h"
#include "request/options.h"

namespace slopewise {
namespace {

/// Pieces for each thread, so that one that is held up leaves its share to the others.
constexpr int64_t pieces_per_thread = 4;
/// Pieces are whole tiles, and so begin on cache lines and Philox blocks; a large one is still small against the call.
constexpr int64_t largest_piece = 1024 * whole_tiles;

const thresholds &thresholds_of(const job &j) { return this_machine().by_size.of[int(j.use())]; }

struct sharing {
    int threads;
    bool wakes;  ///< worth waking threads that sleep
    const slopewise_options *options;
};

void share(const sharing &how, int64_t units, slopewise_task task, void *closure) {
    const slopewise_options *o = how.options;
    if (how.threads <= 1 || units <= 1) return task(closure, 0, units);
    if (o && o->parallel_for) return o->parallel_for(o->pool, 0, units, (units + how.threads - 1) / how.threads, task, closure);
    pool_run(how.threads, how.wakes, units, task, closure);
}

sharing how_to_share(const job &j, int64_t elements, const slopewise_options *options) {
    int threads = choose_threads(j, elements, options);
    bool asked = options && options->threads > 0;
    return {threads, threads > 1 && (asked || j.work(elements) >= thresholds_of(j).waking_from), options};
}

/// One thread and plain stores, without a choice: small calls feel every instruction.
bool is_small(const job &j, int64_t elements) {
    const thresholds &t = thresholds_of(j);
    return j.work(elements) < t.shared_from && j.bytes(elements) < std::min(t.prefetch_from, t.streaming_from);
}

int64_t piece_size(int64_t elements, int threads) {
    int64_t pieces = threads * pieces_per_thread, share = (elements + pieces - 1) / pieces;
    return (std::min(share, largest_piece) + whole_tiles - 1) / whole_tiles * whole_tiles;
}

/// A run in pieces; all but the first begin on a boundary.
struct shared_run {
    const job &j;
    const dense_run &r;
    int64_t boundary, piece;  ///< elements before the first boundary, elements of a piece

    int64_t units() const { return std::max<int64_t>(1, (r.n - boundary + piece - 1) / piece); }
    int64_t begin_of(int64_t unit) const { return unit == 0 ? 0 : std::min(r.n, boundary + unit * piece); }

    static void execute(void *self, int64_t begin, int64_t end) {
        float_environment defaults;  // the thread may be anybody's
        const auto &shared = *static_cast<const shared_run *>(self);
        int64_t from = shared.begin_of(begin), to = shared.begin_of(end);
        dense_run part = shared.r;
        part.advance(from, shared.j.operands, shared.j.itemsize);
        part.n = to - from;
        execute_run(shared.j, part);
    }
};

struct shared_space {
    const job &j;
    const space &s;
    const tiling &t;

    static void execute(void *self, int64_t begin, int64_t end) {
        float_environment defaults;
        const auto &shared = *static_cast<const shared_space *>(self);
        execute_tiles(shared.j, shared.s, shared.t, begin, end);
    }
};

}  // namespace

int choose_threads(const job &j, int64_t elements, const slopewise_options *options) {
    int asked = options ? options->threads : 0;
    if (asked == 0 && j.work(elements) < thresholds_of(j).shared_from) return 1;
    const machine &m = this_machine();
    if (asked > 0) return m.threads_forced ? std::min(asked, m.thread_limit) : asked;
    return m.thread_limit;
}

void choose_stores(job &j, char *const *data, int64_t elements, int threads, const slopewise_options *options) {
    const char *asked = stores_asked(options);
    if (!asked || !find_stores(asked, &j.kind)) j.kind = stores_for(thresholds_of(j), j.bytes(elements), threads > 1);
    if (j.kind == stores::plain) return;
    char *const *inputs_end = data + j.first_output;
    bool in_place = std::find(data, inputs_end, *inputs_end) != inputs_end;
    if (in_place || !j.stored()) j.kind = stores::plain;
}

void execute(job &j, dense_run &r, const slopewise_options *options) {
    if (!options && is_small(j, r.n)) return execute_run(j, r);
    sharing how = how_to_share(j, r.n, options);
    choose_stores(j, r.data, r.n, how.threads, options);
    if (how.threads <= 1) return execute_run(j, r);
    int64_t boundary = elements_to_boundary(j, r);
    if (boundary < 0) boundary = j.op.random ? int64_t(-r.index % 8) : 0;
    shared_run shared = {j, r, boundary, piece_size(r.n, how.threads)};
    share(how, shared.units(), shared_run::execute, &shared);
}

void execute(job &j, const space &s, const slopewise_options *options) {
    char *data[max_tensors];
    for (int o = 0; o < s.operands; o++) data[o] = s.operand_of[o].data;
    int64_t elements = s.elements();
    sharing how = how_to_share(j, elements, options);
    choose_stores(j, data, elements, how.threads, options);
    tiling t;
    make_tiling(s, how.threads <= 1 ? max_call_elements : piece_size(elements, how.threads), t);
    shared_space shared = {j, s, t};
    share(how, t.tiles, shared_space::execute, &shared);
}

}  // namespace slopewise
