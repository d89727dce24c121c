#include "cpu/runs.h"

#include <algorithm>

#include "cpu/draws.h"
#include "table/processor.h"

namespace slopewise {
namespace {

constexpr int64_t line = 64, block = 8;

void advance(const job &j, dense_run &r, int64_t n) { r.advance(n, j.operands, j.itemsize); }

void call_plain(const job &j, dense_run &r, kernel_function f, int64_t n) {
    kernel_call call = j.call(f);
    for (; n > max_call_elements; n -= max_call_elements) {
        call.on_run(r.data, max_call_elements);
        advance(j, r, max_call_elements);
    }
    call.on_run(r.data, n);
    advance(j, r, n);
}

/// Streaming stores begin on a line and take whole tiles; what is left at both ends is written plainly.
void execute_streaming(const job &j, dense_run &r, int64_t head) {
    call_plain(j, r, j.plain(), std::min(head, r.n));
    call_plain(j, r, j.stored(), r.n / whole_tiles * whole_tiles);
    call_plain(j, r, j.plain(), r.n);
}

void execute_plain(const job &j, dense_run &r) {
    int64_t head = j.kind == stores::streaming ? elements_to_boundary(j, r) : -1;
    if (head >= 0) return execute_streaming(j, r, head);
    call_plain(j, r, j.kind == stores::streaming ? j.plain() : j.stored(), r.n);
}

/// The elements before the first block boundary: draws of one block, then the op on given draws.
void execute_head(const job &j, dense_run &r, int64_t n) {
    uint16_t draws[24];
    draw_consecutive(j.kernels, *j.random, r.index, n, draws + block);
    rows drawn = {reinterpret_cast<char *>(draws + block), 0}, at[max_tensors];
    for (int o = 0; o < j.operands; o++) at[o] = {r.data[o], 0};
    j.call(j.drawn()).on_rows(at, &drawn, n, 1);
    advance(j, r, n);
}

void execute_blocks(const job &j, dense_run &r, kernel_function f, int64_t n) {
    kernel_call call = j.call(f);
    call.block = r.index / block;
    call.on_run(r.data, n);
    advance(j, r, n);
}

/// Of a run that begins a block, as much as one call takes: block numbers that share their upper half, up to a line if
/// stores are to begin on one, then whole tiles, then the rest.
void execute_part(const job &j, dense_run &r) {
    int64_t same_high = block * std::min(blocks_before_carry(r.index / block), max_call_elements / block);
    int64_t some = std::min(r.n, same_high), tiles = some / whole_tiles * whole_tiles;
    if (some < long_run) return execute_blocks(j, r, j.run_short(), some);
    int64_t head = j.kind == stores::streaming ? elements_to_boundary(j, r) : 0;
    if (head > 0) return execute_blocks(j, r, j.run_short(), head);
    execute_blocks(j, r, head == 0 ? j.stored() : j.plain(), tiles);
}

void execute_random(const job &j, dense_run &r) {
    int64_t to_block = int64_t(-r.index % block);
    if (to_block > 0 && r.n > 0) execute_head(j, r, std::min(r.n, to_block));
    while (r.n > 0) execute_part(j, r);
}

}  // namespace

int64_t elements_to_boundary(const job &j, const dense_run &r) {
    auto phase = [&](int o) { return int64_t(reinterpret_cast<uintptr_t>(r.data[o]) % line); };
    int64_t bytes = (line - phase(j.first_output)) % line, elements = bytes / j.itemsize;
    for (int o = j.first_output + 1; o < j.operands; o++) {
        if (phase(o) != phase(j.first_output)) return -1;
    }
    bool begins_block = !j.op.random || (r.index + uint64_t(elements)) % block == 0;
    return bytes % j.itemsize == 0 && begins_block ? elements : -1;
}

void execute_run(const job &j, dense_run &r) {
    j.op.random ? execute_random(j, r) : execute_plain(j, r);
    if (j.kind == stores::streaming) fence_streamed_stores();
}

}  // namespace slopewise
