// What the library chooses by size against one thread, against every choice of stores and threads that may be worth it, and against what
// it would choose without this machine's own row.
#include "contenders/library.h"
#include "others.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

/// One of each pattern.
constexpr operation patterns[] = {operation::relu,  operation::relu_backward, operation::crelu,         operation::crelu_backward,
                                  operation::rrelu, operation::rrelu_noise,   operation::rrelu_backward};

constexpr int64_t cached_bytes = 512 << 10;  ///< below, no way past the caches is worth a measurement

measurement::repeated forced(const problem &p, const char *kind, bool all) {
    slopewise_options options = options_with(nullptr, all ? all_threads() : 1);
    options.stores = kind;
    return library_call(p, options);
}

void measure_choice(program &to, arena &memory, const problem &p) {
    group g = group_of(memory, p, "choices");
    g.time = timing::threads;
    g.warm = true;
    g.entries.push_back({"default", label::library, library_call(p, nullptr, 0)});
    g.entries.push_back({"one_thread", label::variant, library_call(p, nullptr, 1)});
    for (const char *kind : {"plain", "streaming", "prefetch"}) {
        if (kind != std::string("plain") && g.bytes < cached_bytes) continue;
        for (bool all : {false, true})
            g.entries.push_back({kind + std::string(all ? "_on_all" : "_on_one"), label::variant, forced(p, kind, all)});
    }
    const char *pattern = p.op == operation::rrelu_noise ? "random_noise" : traits_of(p.op).of->pattern();
    other_choice other = choice_without_own_row(pattern, p.n);
    g.entries.push_back({"without_own_row", label::variant, forced(p, other.stores, other.all)});
    to.measure(g);
}

}  // namespace

void measure_choices(program &to, arena &memory) {
    for (operation op : patterns) {
        for (int64_t n = 1 << 10; n <= 64 << 20; n *= 2) measure_choice(to, memory, memory.at(op, element::f32, n));
    }
}

}  // namespace slopewise::bench
