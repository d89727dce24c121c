// Throughput by size, against everything that there is to compare with. All operations in all types have two sizes, the
// principal ones many.
//
// Streaming stores throw the output out of the caches, so that where caches matter their loops and copies stand in a group of
// their own, of the form "streaming". Where this library streams itself, and beyond the caches, all stand together.
#include <set>

#include "contenders/library.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

struct swept {
    operation op;
    element type;
    bool in_place;
    int64_t largest;  ///< elements: what takes seconds a call elsewhere stops early
};

constexpr int64_t mebi = 1 << 20;
constexpr swept principal[] = {
    {operation::relu, element::f32, false, 256 * mebi},         {operation::relu, element::f32, true, 64 * mebi},
    {operation::relu, element::f16, false, 64 * mebi},          {operation::relu, element::bf16, false, 64 * mebi},
    {operation::relu_backward, element::f32, false, 64 * mebi}, {operation::leaky_relu, element::f32, false, 64 * mebi},
    {operation::crelu, element::f32, false, 64 * mebi},         {operation::rrelu, element::f32, false, 64 * mebi},
    {operation::rrelu, element::f16, false, 64 * mebi},         {operation::rrelu, element::bf16, false, 64 * mebi},
    {operation::rrelu_noise, element::f32, false, 16 * mebi},   {operation::rrelu_backward, element::f32, false, 64 * mebi},
};

constexpr int64_t first_level_bytes = 4 * mebi;             ///< below, streaming is never near the limit
constexpr int64_t worth_streaming = 16 * mebi;              ///< bytes from which on the two ways compete
constexpr int64_t largest_verified = mebi;                  ///< elements
constexpr int64_t summary_bytes[] = {64 << 10, 64 * mebi};  ///< an array, in cache and in memory

/// Null for one that is measured in two sizes only, and beside no peers.
const swept *principal_one(operation op, element type, bool in_place) {
    for (const swept &s : principal) {
        if (s.op == op && s.type == type && s.in_place == in_place) return &s;
    }
    return nullptr;
}

void add_ways(group &g, const problem &p, stores kind) {
    add_limit(g, p, kind);
    add_bounds(g, p, kind);
}

void measure_streaming(program &to, arena &memory, const problem &p) {
    group g = group_of(memory, p, "streaming");
    add_ways(g, p, stores::streaming);
    to.measure(g);
}

void measure_size(program &to, arena &memory, const problem &p) {
    group g = group_of(memory, p, p.in_place ? "in_place" : "");
    bool apart = p.in_place || (g.bytes < worth_streaming && !(g.bytes >= first_level_bytes && streams(p.op, p.type, p.n)));
    add_library(g, p);
    add_ways(g, p, stores::plain);
    if (!apart) add_ways(g, p, stores::streaming);
    if (principal_one(p.op, p.type, p.in_place)) add_peers(g, p);
    if (!p.in_place && p.n <= largest_verified) verify_first(g, p);
    to.measure(g);
    if (apart && !p.in_place && g.bytes >= first_level_bytes) measure_streaming(to, memory, p);
}

/// In elements.
std::set<int64_t> sizes_for(operation op, element type, bool in_place) {
    std::set<int64_t> sizes;
    if (!in_place) {
        for (int64_t bytes : summary_bytes) sizes.insert(bytes / size_of(type));
    }
    const swept *one = principal_one(op, type, in_place);
    for (int64_t kibi : {1, 4, 16, 64, 256, 1024, 2048, 16 << 10, 64 << 10, 256 << 10}) {
        if (one && kibi << 10 <= one->largest) sizes.insert(kibi << 10);
    }
    // Where streaming stores begin to pay.
    if (op == operation::relu && type == element::f32 && !in_place)
        sizes.insert({2 * mebi, 3 * mebi, 4 * mebi, 6 * mebi, 8 * mebi, 12 * mebi});
    return sizes;
}

}  // namespace

void measure_sizes(program &to, arena &memory) {
    for (int o = 0; o < operation_count; o++) {
        for (int t = 0; t < element_count; t++) {
            auto op = static_cast<operation>(o);
            auto type = static_cast<element>(t);
            if (!supports(op, type)) continue;
            for (bool in_place : {false, true}) {
                for (int64_t n : sizes_for(op, type, in_place)) measure_size(to, memory, memory.at(op, type, n, in_place));
            }
        }
    }
}

}  // namespace slopewise::bench
