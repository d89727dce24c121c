#include "execute/runs.h"

#include <algorithm>

#include "execute/draws.h"

namespace slopewise {
namespace {

/// Below this the long kernel's whole tiles cost more than they save.
constexpr int64_t long_run = 512;

struct cursor {
    rows at[max_tensors];
    uint64_t index;
    int64_t left;

    void advance(const job &j, int64_t n) {
        for (int o = 0; o < j.s.operands; o++) at[o].data += n * j.s.itemsize;
        index += uint64_t(n);
        left -= n;
    }
};

/// The elements before the first block boundary: draws of one block, then the op on given draws.
void execute_head(const job &j, cursor &c, int64_t n) {
    uint16_t draws[24];
    draw_consecutive(j.kernels, j.random, c.index, n, draws + 8);
    kernel_call call = j.call(j.drawn(), 2);
    call.drawn = true;
    rows drawn = {reinterpret_cast<char *>(draws + 8), 0};
    call(c.at, &drawn, n, 1);
    c.advance(j, n);
}

void execute_blocks(const job &j, cursor &c, kernel_function f, int64_t n) {
    kernel_call call = j.call(f, 1);
    call.block = c.index / 8;
    call(c.at, nullptr, n, 1);
    c.advance(j, n);
}

}  // namespace

void execute_run(const job &j, char *const *data, uint64_t index, int64_t n) {
    cursor c = {{}, index, n};
    for (int o = 0; o < j.s.operands; o++) c.at[o] = {data[o], 0};
    if (index % 8) execute_head(j, c, std::min<int64_t>(n, int64_t(8 - index % 8)));
    while (c.left > 0) {
        int64_t same_high = 8 * std::min(blocks_before_carry(c.index / 8), max_call_elements / 8);
        int64_t some = std::min(c.left, same_high);
        int64_t tiles = some >= long_run ? some & ~int64_t{255} : 0;
        if (tiles) execute_blocks(j, c, j.plain(), tiles);
        if (some > tiles) execute_blocks(j, c, j.run_short(), some - tiles);
    }
}

}  // namespace slopewise
