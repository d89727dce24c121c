// A summary of everything: each operation in each type, once in cache and once in memory.
#include "contenders/library.h"
#include "entries.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

/// One comparison for a type and size: the copy, then every operation on as many elements.
void measure_type(session &s, element t, int64_t array_bytes) {
    int64_t n = array_bytes / size_of(t);
    problem copied = s.memory().make(operation::relu, t, n);
    group g = {"types", "all", name_of(t), n, copied.bytes_in_and_out(), "contiguous", "quiet", "together"};
    add_limit(g.entries, copied, stores::plain);
    if (streams(operation::relu, t, n)) add_limit(g.entries, copied, stores::streaming);
    for (int o = 0; o < operation_count; o++) {
        auto op = static_cast<operation>(o);
        if (!supports(op, t)) continue;
        problem p = s.memory().make(op, t, n);
        g.entries.push_back({library_call(traits_of(op).name, p, nullptr, 1), role::variant, {}, false, p.bytes_in_and_out()});
    }
    s.measure(g);
}

}  // namespace

void measure_types(session &s) {
    constexpr int64_t in_cache = 64 << 10, in_memory = 128 << 20;
    s.memory().make(operation::crelu_backward, element::f32, in_memory / 4);  // all arrays at their full size: none moves any more
    s.memory().make(operation::crelu, element::f32, in_memory / 4);
    s.memory().make(operation::rrelu_noise, element::f32, in_memory / 4);
    for (int64_t bytes : {in_cache, in_memory}) {
        for (int t = 0; t < element_count; t++) measure_type(s, static_cast<element>(t), bytes);
    }
}

}  // namespace slopewise::bench
