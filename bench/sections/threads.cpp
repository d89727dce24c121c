// One thread against the library's choice and against all, and the same of PyTorch. PyTorch's threads spin for a while
// after their work, so that it has comparisons of its own.
#include "contenders/library.h"
#include "context.h"
#include "entries.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

group with_threads(arena &memory, const problem &p, const char *form) {
    group g = group_of(memory, p, form);
    g.time = timing::threads;
    return g;
}

void measure_library(program &to, arena &memory, const problem &p) {
    group g = with_threads(memory, p, "threads");
    g.entries.push_back({"one thread", label::library, library_call(p, nullptr, 1)});
    g.entries.push_back({"default threads", label::variant, library_call(p, nullptr, 0)});
    g.entries.push_back({std::to_string(all_threads()) + " threads", label::variant, library_call(p, nullptr, all_threads())});
    if (g.bytes >= largest_cached_bytes) add_shared_copies(g, p, all_threads());
    to.measure(g);
}

void measure_peers(program &to, arena &memory, const problem &p) {
    group g = with_threads(memory, p, "threads/peers");
    add_peers_on_one_and(all_threads(), g, p);
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
