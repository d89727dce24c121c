// Throughput by size: from the first cache to memory.
#include "sections.h"
#include "sweep.h"

namespace slopewise::bench {
namespace {

struct swept {
    operation op;
    element type;
    bool in_place;
    int64_t largest;  ///< elements: what takes seconds a call elsewhere stops early
};

constexpr int64_t mebi = 1 << 20;
constexpr swept problems[] = {
    {operation::relu, element::f32, false, 256 * mebi},         {operation::relu, element::f32, true, 64 * mebi},
    {operation::relu, element::f16, false, 64 * mebi},          {operation::relu, element::bf16, false, 64 * mebi},
    {operation::relu_backward, element::f32, false, 64 * mebi}, {operation::leaky_relu, element::f32, false, 64 * mebi},
    {operation::crelu, element::f32, false, 64 * mebi},         {operation::rrelu, element::f32, false, 64 * mebi},
    {operation::rrelu, element::f16, false, 64 * mebi},         {operation::rrelu, element::bf16, false, 64 * mebi},
    {operation::rrelu_noise, element::f32, false, 16 * mebi},   {operation::rrelu_backward, element::f32, false, 64 * mebi},
};

void measure_sizes(session &s, const char *section, const std::vector<int64_t> &sizes) {
    for (const swept &w : problems) {
        for (int64_t n : sizes) {
            if (n <= w.largest) sweep(s, section, w.op, w.type, n, w.in_place);
        }
    }
}

}  // namespace

void measure_cache(session &s) {
    std::vector<int64_t> all = {1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 2 << 20}, few = {1 << 12, 1 << 16, 1 << 20};
    measure_sizes(s, "cache", s.how().quick ? few : all);
}

void measure_memory(session &s) {
    std::vector<int64_t> all = {16 * mebi, 64 * mebi, 256 * mebi}, few = {16 * mebi};
    measure_sizes(s, "memory", s.how().quick ? few : all);
}

void measure_crossover(session &s) {
    std::vector<int64_t> all = {8, 12, 16, 24, 32, 48}, few = {12, 32};
    for (int64_t mebibytes : s.how().quick ? few : all)
        sweep_alternating(s, "crossover", operation::relu, element::f32, mebibytes * mebi / 4);
}

}  // namespace slopewise::bench
