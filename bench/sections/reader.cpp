// What the next in line pays: ReLU, then a sum over its output, which streaming stores have put out of the caches.
#include "entries.h"
#include "machine.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

volatile float sink;

void then_read(entry &e, const problem &p) {
    const bound_set *b = usable_bounds()[0];
    auto *y = static_cast<const float *>(p.out[0]);
    auto n = size_t(p.n);
    e.run.name += ", then read";
    e.run.run = [first = e.run.run, sum = b->sum, y, n](int64_t repetitions) {
        for (; repetitions > 0; repetitions--) {
            first(1);
            sink = sum(y, n);
        }
    };
}

void measure_read(session &s, int64_t n) {
    problem p = s.memory().make(operation::relu, element::f32, n);
    group g = group_of("reader", p);
    g.form = "then read";
    g.block = "alternating";
    g.bytes += n * size_of(p.type);
    add_library(g.entries, p);
    for (stores kind : {stores::plain, stores::streaming}) add_bounds(g.entries, p, kind);
    add_limit(g.entries, p, stores::plain);
    add_peers(g.entries, p);
    for (entry &e : g.entries) then_read(e, p);
    measurement::settings how = s.settings_for(g.bytes);
    if (g.bytes < 2 * largest_cached_bytes) how.slice = 20e6;
    s.measure(g, how);
}

}  // namespace

void measure_reader(session &s) {
    if (usable_bounds().empty()) return;
    std::vector<int64_t> all = {1 << 14, 1 << 18, 1 << 20, 4 << 20, 8 << 20, 64 << 20}, few = {1 << 14, 4 << 20};
    for (int64_t n : s.how().quick ? few : all) measure_read(s, n);
}

}  // namespace slopewise::bench
