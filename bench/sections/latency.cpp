// Each call by the clock, with default threads and with one: threads that come late must not cost more than they bring.
#include <unistd.h>

#include <algorithm>

#include "adverse.h"
#include "contenders/library.h"
#include "entries.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

struct condition {
    const char *name;
    std::function<void()> before;  ///< each call; may be empty
    int64_t calls_a_round;
};

void measure_calls_of(session &s, group g, const condition &c) {
    g.condition = c.name;
    for (entry &e : g.entries) e.run.prepare = c.before;
    measurement::settings how = s.settings_for(g.bytes);
    how.time = measurement::timing::calls;
    how.slice = 3e6;
    how.most_repetitions = c.calls_a_round;
    s.measure(g, how);
}

void measure_library(session &s, operation op, int64_t n, const condition &c) {
    problem p = s.memory().make(op, element::f32, n);
    group g = group_of("latency", p);
    g.entries.push_back({library_call("one thread", p, nullptr, 1), role::subject});
    g.entries.push_back({library_call("default threads", p, nullptr, 0), role::variant});
    measure_calls_of(s, g, c);
}

/// Fewer calls: one that waits for a thread without a processor takes milliseconds.
void measure_peers(session &s, condition c) {
    problem p = s.memory().make(operation::relu, element::f32, 1 << 20);
    group g = group_of("latency", p);
    g.block = "peers";
    add_peers_on_one_and(s.how().threads, g.entries, p);
    c.calls_a_round = std::min<int64_t>(c.calls_a_round, 40);
    if (!g.entries.empty()) measure_calls_of(s, g, c);
}

void measure_condition(session &s, const condition &c) {
    std::vector<int64_t> all = {1 << 10, 1 << 14, 1 << 16, 1 << 17, 1 << 18, 1 << 20, 4 << 20, 16 << 20}, few = {1 << 16, 1 << 20};
    for (operation op : {operation::relu, operation::rrelu}) {
        for (int64_t n : s.how().quick ? few : all) measure_library(s, op, n, c);
    }
    measure_peers(s, c);
}

}  // namespace

void measure_latency(session &s) {
    measure_condition(s, {"calls in a row", {}, 2000});
    measure_condition(s, {"after a pause of 1 ms", [] { usleep(1000); }, 40});
    if (auto wake = openmp_waker()) measure_condition(s, {"beside a spinning OpenMP runtime", wake, 40});
    busy_process other;
    measure_condition(s, {"one CPU busy with another process", {}, 2000});
}

}  // namespace slopewise::bench
