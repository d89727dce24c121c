#include "cpu/share.h"

#include <algorithm>

#include "cpu/float_environment.h"
#include "cpu/tiles.h"
#include "request/options.h"
#include "table/processor.h"

namespace slopewise {
namespace {

/// Pieces for each thread, so that one that is held up leaves its share to the others.
constexpr int64_t pieces_per_thread = 4;
/// Pieces are whole tiles, and so begin on cache lines and Philox blocks; a large one is still small against the call.
constexpr int64_t largest_piece = 1024 * whole_tiles;

const ratios &ratios_of(const job &j, int64_t elements) { return this_machine().by_size.at(j.use(), j.size(elements)); }

/// One thread and plain stores, without a choice: small calls feel every instruction.
bool is_small(const job &j, int64_t elements, const slopewise_options *o) {
    if (o && (o->threads > 1 || stores_asked(o))) return false;
    return this_machine().by_size.is_small(j.use(), j.size(elements));
}

/// What all threads are: as many as the options ask, at most the machine's limit, and the pool's.
int most_threads(const slopewise_options *options) {
    const machine &m = this_machine();
    int asked = options ? options->threads : 0;
    int most = asked == 0 || (m.threads_forced && asked > m.thread_limit) ? m.thread_limit : asked;
    return options && options->parallel_for ? most : std::min(most, most_pool_threads);
}

/// Never past the caches in place, and plain where this build has no other.
unsigned kinds_for(const job &j, char *const *data, const slopewise_options *options) {
    unsigned kinds = bit_of(stores::plain);
    char *const *inputs_end = data + j.first_output;
    if (std::find(data, inputs_end, *inputs_end) != inputs_end) return kinds;
    for (stores other : {stores::streaming, stores::prefetch}) {
        if (j.stored(other)) kinds |= bit_of(other);
    }
    const char *text = stores_asked(options);
    stores asked;
    if (!text || !find_stores(text, &asked)) return kinds;
    return kinds & bit_of(asked) ? bit_of(asked) : bit_of(stores::plain);
}

struct sharing {
    int threads;
    bool alone;  ///< because workers sleep
    const slopewise_options *options;
};

sharing how_to_share(job &j, char *const *data, int64_t elements, const slopewise_options *options) {
    int threads = choose(j, data, elements, options, workers::awake);
    bool is_bound = options && (options->threads > 0 || options->parallel_for);
    workers found = threads > 1 && !is_bound ? workers_now() : workers::awake;
    if (found != workers::awake) threads = choose(j, data, elements, options, found);
    return {threads, found == workers::asleep && threads == 1, options};
}

void share(const sharing &how, int64_t units, slopewise_task task, void *closure) {
    const slopewise_options *o = how.options;
    if (how.threads <= 1 || units <= 1) {
        task(closure, 0, units);
        if (how.alone) note_call_alone();
    } else if (o && o->parallel_for) {
        o->parallel_for(o->pool, 0, units, (units + how.threads - 1) / how.threads, task, closure);
    } else {
        pool_run(how.threads, units, task, closure);
    }
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

/// Elements that follow each other in every operand, and so do their random indices: a concatenation along the first dimension,
/// tensors of one permuted layout.
bool is_one_run(const space &s, dense_run &r) {
    if (s.ndim > 1 || (s.random && s.index_stride[0] != 1)) return false;
    for (int o = 0; o < s.operands; o++) {
        const operand &at = s.operand_of[o];
        if (at.stride[0] != s.itemsize || !kernels_reach(at.data, s.itemsize)) return false;
        r.data[o] = at.data;
    }
    r.index = s.index;
    r.n = s.extent[0];
    return true;
}

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

int choose(job &j, char *const *data, int64_t elements, const slopewise_options *options, workers found) {
    int most = found == workers::none ? 1 : most_threads(options);
    bool is_asked = options && options->threads > 0;
    freedom free = {kinds_for(j, data, options), !is_asked || most == 1, most > 1};
    choice c = choose(ratios_of(j, elements), free, found != workers::asleep);
    j.kind = c.kind;
    return c.all ? most : 1;
}

void execute(job &j, dense_run &r, const slopewise_options *options) {
    if (is_small(j, r.n, options)) return execute_run(j, r);
    sharing how = how_to_share(j, r.data, r.n, options);
    if (how.threads <= 1) {
        execute_run(j, r);
        if (how.alone) note_call_alone();
        return;
    }
    int64_t boundary = elements_to_boundary(j, r);
    if (boundary < 0) boundary = j.op.random ? int64_t(-r.index % 8) : 0;
    shared_run shared = {j, r, boundary, piece_size(r.n, how.threads)};
    share(how, shared.units(), shared_run::execute, &shared);
}

void execute(job &j, const space &s, const slopewise_options *options) {
    dense_run whole;
    if (is_one_run(s, whole)) return execute(j, whole, options);
    char *data[max_tensors];
    for (int o = 0; o < s.operands; o++) data[o] = s.operand_of[o].data;
    int64_t elements = s.elements();
    sharing how = how_to_share(j, data, elements, options);
    tiling t;
    make_tiling(s, how.threads <= 1 ? max_call_elements : piece_size(elements, how.threads), t);
    shared_space shared = {j, s, t};
    share(how, t.tiles, shared_space::execute, &shared);
}

}  // namespace slopewise
