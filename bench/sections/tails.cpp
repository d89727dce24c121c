// Short runs of every length, by variant: what the end of a run costs that is no whole vector.
#include "contenders/library.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

constexpr int64_t longest = 130;

void measure_tail(program &to, arena &memory, element type, int64_t n) {
    problem p = memory.at(operation::relu, type, n);
    group g = group_of(memory, p, "tails");
    for (const char *v : usable_variants()) {
        bool first = g.entries.empty();
        g.entries.push_back({std::string("slopewise_") + v, first ? label::library : label::variant, library_call(p, v, 1), true});
    }
    add_peers(g, p);
    verify_first(g, p);
    to.measure(g);
}

}  // namespace

void measure_tails(program &to, arena &memory) {
    for (element type : {element::f32, element::i8}) {
        for (int64_t n = 1; n <= longest; n++) measure_tail(to, memory, type, n);
    }
}

}  // namespace slopewise::bench
