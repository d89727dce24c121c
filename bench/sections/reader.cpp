// What the next in line pays: ReLU, then a sum over its output, which streaming stores have put out of the caches.
#include "sections.h"

namespace slopewise::bench {
namespace {

volatile float sink;

measurement::repeated then_read(const measurement::repeated &first, const problem &p) {
    auto *y = static_cast<const float *>(p.out[0]);
    return [=, sum = usable_bounds()[0]->sum, n = size_t(p.n)](int64_t repetitions) {
        for (; repetitions > 0; repetitions--) {
            first(1);
            sink = sum(y, n);
        }
    };
}

void measure_read(program &to, arena &memory, int64_t n) {
    problem p = memory.at(operation::relu, element::f32, n);
    group g = group_of(memory, p, "reader");
    g.bytes += n * size_of(p.type);
    add_library(g, p);
    for (stores kind : {stores::plain, stores::streaming}) add_bounds(g, p, kind);
    add_limit(g, p, stores::plain);
    add_peers(g, p);
    for (entry &e : g.entries) e.run = then_read(e.run, p);
    to.measure(g);
}

}  // namespace

void measure_reader(program &to, arena &memory) {
    if (usable_bounds().empty()) return;
    for (int64_t n : {1 << 14, 1 << 18, 1 << 20, 4 << 20, 8 << 20, 64 << 20}) measure_read(to, memory, n);
}

}  // namespace slopewise::bench
