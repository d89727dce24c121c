// Short runs of every length, by variant: what the end of a run costs that is no whole vector.
#include "contenders/library.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

constexpr int64_t longest = 130;

int64_t next_whole(element type, int64_t n, int64_t vector_bytes) {
    int64_t lanes = vector_bytes / size_of(type);
    return (n + lanes - 1) / lanes * lanes;
}

int64_t vector_bytes(const std::string &variant) { return variant == "avx512" ? 64 : variant == "avx2" ? 32 : 16; }

/// All contenders at the next whole vector too, beside those that are measured: of two lengths at different times one knows little.
void add_whole(group &g, arena &memory, element type, int64_t n) {
    for (const char *v : usable_variants()) {
        problem whole = memory.at(operation::relu, type, next_whole(type, n, vector_bytes(v)));
        if (whole.n > n) g.entries.push_back({std::string("slopewise_") + v + "_whole", label::variant, library_call(whole, v, 1)});
    }
    problem whole = memory.at(operation::relu, type, next_whole(type, n, 32));
    size_t first = g.entries.size();
    if (whole.n > n) add_peers(g, whole);
    for (size_t i = first; i < g.entries.size(); i++) g.entries[i].name += "_whole";
}

void measure_tail(program &to, arena &memory, element type, int64_t n) {
    problem p = memory.at(operation::relu, type, n);
    group g = group_of(memory, p, "tails");
    for (const char *v : usable_variants()) {
        bool first = g.entries.empty();
        g.entries.push_back({std::string("slopewise_") + v, first ? label::library : label::variant, library_call(p, v, 1), true});
    }
    add_peers(g, p);
    verify_first(g, p);
    add_whole(g, memory, type, n);
    to.measure(g);
}

}  // namespace

void measure_tails(program &to, arena &memory) {
    for (element type : {element::f32, element::i8}) {
        for (int64_t n = 1; n <= longest; n++) measure_tail(to, memory, type, n);
    }
}

}  // namespace slopewise::bench
