// Each call by the clock, with default threads and with one: threads that come late must not cost more than they bring.
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "adverse.h"
#include "contenders/library.h"
#include "context.h"
#include "entries.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

struct condition {
    const char *name;
    std::function<void()> before;  ///< each call; may be empty
    int64_t most_calls;
    bool busy = false;  ///< another process keeps a CPU
};

group single_calls(arena &memory, const problem &p, const condition &c, const std::string &whose = "") {
    constexpr int64_t bytes_a_benchmark = 100'000'000;
    group g = group_of(memory, p, std::string("latency/") + c.name + whose);
    g.time = timing::calls;
    g.before = c.before;
    g.calls = std::clamp<int64_t>(bytes_a_benchmark / g.bytes, 5, c.most_calls);
    if (c.busy)
        g.preparations.push_back(
            [other = std::make_shared<std::unique_ptr<busy_process>>()] { *other = std::make_unique<busy_process>(); });
    return g;
}

void measure_library(program &to, arena &memory, const problem &p, const condition &c) {
    group g = single_calls(memory, p, c);
    g.entries.push_back({"one thread", label::library, library_call(p, nullptr, 1)});
    g.entries.push_back({"default threads", label::variant, library_call(p, nullptr, 0)});
    to.measure(g);
}

/// Fewer calls: one that waits for a thread without a processor takes milliseconds.
void measure_peers(program &to, arena &memory, condition c) {
    c.most_calls = 40;
    problem p = memory.at(operation::relu, element::f32, 1 << 20);
    group g = single_calls(memory, p, c, "/peers");
    add_peers_on_one_and(all_threads(), g, p);
    to.measure(g);
}

}  // namespace

void measure_latency(program &to, arena &memory) {
    std::vector<condition> conditions = {{"in_a_row", {}, 500}, {"after_a_pause", [] { usleep(1000); }, 40}};
    if (auto wake = openmp_waker()) conditions.push_back({"beside_spinning_OpenMP", wake, 40});
    conditions.push_back({"beside_another_process", {}, 500, true});
    for (const condition &c : conditions) {
        for (operation op : {operation::relu, operation::rrelu}) {
            for (int64_t n : {1 << 10, 1 << 14, 1 << 16, 1 << 17, 1 << 18, 1 << 20, 4 << 20, 16 << 20})
                measure_library(to, memory, memory.at(op, element::f32, n), c);
        }
        measure_peers(to, memory, c);
    }
}

}  // namespace slopewise::bench
