#include "dispatch/choices.h"

#include <cstring>

namespace slopewise {
namespace {

constexpr int64_t mebibyte = int64_t{1} << 20;

/// By what share another choice must be faster: what is measured is known within 2 %, and threads cost other programs something.
int weighed(int ratio, choice c) { return ratio * (c.all ? 110 : 100) * (c.kind == stores::plain ? 100 : 102); }

/// Of operands as the kernels count them.
struct arrays {
    int read, written;
};
constexpr arrays arrays_of[pattern_count] = {{1, 1}, {2, 1}, {1, 2}, {3, 1}, {1, 1}, {1, 2}, {2, 1}};

bool draws(int p) { return p >= int(pattern::random); }

int64_t traffic_of(int p, int place) { return operands_of(pattern(p)) * 4 * size_at(place); }
int64_t output_of(int p, int place) { return arrays_of[p].written * 4 * size_at(place); }

/// Elements below which a call takes a microsecond or two, which handing work over takes too; waking workers takes some tens.
int64_t least_shared(int p, bool awake) { return (draws(p) ? 2 << 10 : 8 << 10) * (awake ? 1 : 4); }

void put(const measured_row &row, const cache_sizes &caches, ratio_table &to) {
    ratios &r = to[row.pattern][row.place];
    std::memset(&r, 0, sizeof r);
    bool beyond_inner = traffic_of(row.pattern, row.place) >= inner_cache(caches);
    for (int i = 0; i < choice_count; i++) {
        choice c = choice_at(i);
        if (c.kind != stores::plain && !beyond_inner) continue;
        bool with_awake = !c.all || size_at(row.place) >= least_shared(row.pattern, true);
        bool with_asleep = !c.all || size_at(row.place) >= least_shared(row.pattern, false);
        if (with_awake) r.awake[i] = row.awake[i];
        if (with_asleep) r.asleep[i] = c.all ? row.asleep[i / 2] : row.awake[i];
    }
}

}  // namespace

choice choose(const ratios &r, const freedom &free, bool awake) {
    const uint16_t *measured = awake ? r.awake : r.asleep;
    int best = -1;
    for (int i = 0; i < choice_count; i++) {
        choice c = choice_at(i);
        bool may = (free.kinds & bit_of(c.kind)) && (c.all ? free.all : free.one) && measured[i] > 0;
        if (may && (best < 0 || weighed(measured[i], c) < weighed(measured[best], choice_at(best)))) best = i;
    }
    if (best >= 0) return choice_at(best);
    stores kind = stores(__builtin_ctz(free.kinds));
    return {kind, kind == stores::plain ? !free.one : choose(r, {bit_of(stores::plain), free.one, free.all}, awake).all};
}

void put_rows(const measured_row *rows, int count, const cache_sizes &caches, ratio_table &to) {
    for (int i = 0; i < count; i++) {
        bool is_last = i + 1 == count || rows[i + 1].pattern != rows[i].pattern;
        put(rows[i], caches, to);
        if (is_last && output_of(rows[i].pattern, rows[i].place) > last_cache(caches)) {
            ratios(&sizes)[size_count] = to[rows[i].pattern];
            std::fill(sizes + rows[i].place + 1, sizes + size_count, sizes[rows[i].place]);
        }
    }
}

// Two threads against one, calls in a row, f32: on EPYCs of Zen 1 and Zen 3 relu 0.69x and 0.68x the time at 512 KiB of in + out, its
// gradient 0.56x (Zen 3) at 768 KiB and 1.29x at 384 KiB; on Zen 4 and Zen 1 rrelu 0.65x and 0.58x at 16Ki elements. Waking a worker takes
// the caller 8 us, and the worker comes 20 to 50 us later, so that 0.1 ms of work are worth it. Streaming on one thread where in + out fill
// L3: relu 0.88x on Zen 4, 0.41x on Zen 1.
void fill_built_in(const cache_sizes &caches, ratio_table &to) {
    constexpr uint16_t plain = 1000, shared = 600, streaming = 800, both = 500;
    for (int p = 0; p < pattern_count; p++) {
        for (int at = 0; at < size_count; at++) {
            int64_t n = size_at(at), bytes = traffic_of(p, at);
            bool shares = draws(p) ? n >= 16 << 10 : bytes >= mebibyte / 2, wakes = draws(p) ? n >= 256 << 10 : bytes >= 8 * mebibyte;
            bool streams = bytes >= last_cache(caches);
            auto value = [&](choice c, bool on_all) -> uint16_t {
                if ((c.all && !on_all) || c.kind == stores::prefetch || (c.kind == stores::streaming && !streams)) return 0;
                return c.kind == stores::plain ? c.all ? shared : plain : c.all ? both : streaming;
            };
            for (int i = 0; i < choice_count; i++) {
                to[p][at].awake[i] = value(choice_at(i), shares);
                to[p][at].asleep[i] = value(choice_at(i), wakes);
            }
        }
    }
}

int operands_of(pattern p) { return arrays_of[int(p)].read + arrays_of[int(p)].written; }

/// A last cache is larger by name than in use where machines share it: of 480 MiB some 32 by measure (Intel Xeon, Granite Rapids).
int64_t last_cache(const cache_sizes &caches) {
    constexpr int64_t most = 32 * mebibyte;
    return caches.l3 > 0 ? std::min(std::max(caches.l2, caches.l3), most) : caches.l2 > 0 ? caches.l2 : most;
}

int64_t inner_cache(const cache_sizes &caches) { return std::max(caches.l2, int64_t{256 << 10}); }

void end_classes(const cache_sizes &caches, int64_t (&ends)[class_count - 1]) {
    const int64_t known[] = {caches.l1, caches.l2, caches.l3}, usual[] = {32 << 10, 1 << 20, 32 << 20};
    for (int c = 0; c < class_count - 1; c++) ends[c] = known[c] > 0 ? known[c] : usual[c];
}

void machine_choices::find_small_sizes() {
    for (int p = 0; p < pattern_count; p++) {
        int at = 0;
        while (at < size_count && choose(of[p][at], any_choice, true).index() == 0) at++;
        plain_below[p] = at < size_count ? begin_of(at) : INT64_MAX;
    }
}

}  // namespace slopewise
