#include "sweep.h"

#include "contenders/library.h"
#include "entries.h"
#include "machine.h"

namespace slopewise::bench {
namespace {

constexpr int64_t first_level_bytes = 4 << 20;  ///< below, streaming is never near the limit
constexpr int64_t largest_verified = 1 << 20;   ///< elements

void add_all(group &g, const problem &p, stores kind) {
    add_limit(g.entries, p, kind);
    add_bounds(g.entries, p, kind);
}

void measure_plain(session &s, group g, const problem &p) {
    g.block = "plain";
    add_library(g.entries, p);
    add_all(g, p, stores::plain);
    add_peers(g.entries, p);
    if (!p.in_place && p.n <= largest_verified) verify(g.entries, p);
    s.measure(g);
}

void measure_streaming(session &s, group g, const problem &p) {
    g.block = "streaming";
    add_all(g, p, stores::streaming);
    if (!g.entries.empty()) s.measure(g);
}

void measure_all(session &s, group g, const problem &p, const char *block, const measurement::settings &how) {
    g.block = block;
    add_library(g.entries, p);
    add_all(g, p, stores::plain);
    if (!p.in_place) add_all(g, p, stores::streaming);
    add_peers(g.entries, p);
    s.measure(g, how);
}

void measure_alternating(session &s, const group &g, const problem &p) {
    measurement::settings how = s.settings_for(g.bytes);
    how.slice = 20e6;
    how.warm_calls = 1;
    how.budget *= 2;
    measure_all(s, g, p, "alternating", how);
}

}  // namespace

void sweep(session &s, const std::string &section, operation op, element type, int64_t n, bool in_place) {
    problem shape = {op, type, n, in_place, {}, {}};
    if (!s.fits(group_of(section, shape), 2 * bytes_needed(op, type, n))) return;
    problem p = s.memory().make(op, type, n, in_place);
    group g = group_of(section, p);
    if (g.bytes >= largest_cached_bytes) return measure_all(s, g, p, "together", s.settings_for(g.bytes));
    if (g.bytes < first_level_bytes || in_place) return measure_plain(s, g, p);
    if (streams(op, type, n)) return measure_alternating(s, g, p);
    measure_plain(s, g, p);
    measure_streaming(s, g, p);
}

void sweep_alternating(session &s, const std::string &section, operation op, element type, int64_t n) {
    problem p = s.memory().make(op, type, n);
    measure_alternating(s, group_of(section, p), p);
}

}  // namespace slopewise::bench
