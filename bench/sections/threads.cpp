// One thread against the library's choice and against all, and the same of PyTorch. PyTorch's threads spin for a while
// after their work, so that it has comparisons of its own.
#include "contenders/library.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

void measure_library(program &to, arena &memory, const problem &p) {
    group g = group_of(memory, p, "threads");
    g.time = timing::threads;
    g.entries.push_back({"one_thread", label::library, library_call(p, nullptr, 1)});
    g.entries.push_back({"default_threads", label::variant, library_call(p, nullptr, 0)});
    g.entries.push_back({std::to_string(all_threads()) + "_threads", label::variant, library_call(p, nullptr, all_threads())});
    if (g.bytes >= largest_cached_bytes) {
        for (stores kind : {stores::plain, stores::streaming}) add_limit(g, p, kind, all_threads());
    }
    to.measure(g);
}

void measure_peers(program &to, arena &memory, const problem &p) {
    group g = group_of(memory, p, "threads/peers");
    g.time = timing::threads;
    add_peers_on_one_and_all(g, p);
    to.measure(g);
}

}  // namespace

void measure_threads(program &to, arena &memory) {
    for (operation op : {operation::relu, operation::rrelu}) {
        for (int64_t n : {1 << 10, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 4 << 20, 16 << 20, 64 << 20}) {
            problem p = memory.at(op, element::f32, n);
            measure_library(to, memory, p);
            measure_peers(to, memory, p);
        }
    }
}

}  // namespace slopewise::bench
