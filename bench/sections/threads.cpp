// One thread against the library's choice and against all, and the same of PyTorch. PyTorch's threads spin for a while
// after their work, so that it has comparisons of its own.
#include "contenders/library.h"
#include "entries.h"
#include "machine.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

void measure_library(session &s, const problem &p) {
    group g = group_of("threads", p);
    std::string all = std::to_string(s.how().threads) + " threads";
    g.entries.push_back({library_call("one thread", p, nullptr, 1), role::subject});
    g.entries.push_back({library_call("default threads", p, nullptr, 0), role::variant});
    g.entries.push_back({library_call(all, p, nullptr, s.how().threads), role::variant});
    if (g.bytes >= largest_cached_bytes) add_shared_copies(g.entries, p, s.how().threads);
    s.measure(g);
}

void measure_peers(session &s, const problem &p) {
    group g = group_of("threads", p);
    g.block = "peers";
    add_peers_on_one_and(s.how().threads, g.entries, p);
    if (!g.entries.empty()) s.measure(g);
}

}  // namespace

void measure_threads(session &s) {
    std::vector<int64_t> all = {1 << 10, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 4 << 20, 16 << 20, 64 << 20},
                         few = {1 << 14, 1 << 18, 4 << 20};
    for (operation op : {operation::relu, operation::rrelu}) {
        for (int64_t n : s.how().quick ? few : all) {
            problem p = s.memory().make(op, element::f32, n);
            measure_library(s, p);
            measure_peers(s, p);
        }
    }
}

}  // namespace slopewise::bench
