#include "launch.h"

#include <algorithm>

#include "names.h"
#include "thread.h"

namespace slopewise::test::ptx {
namespace {

/// Of a launch's traces in memory.
constexpr uint64_t most_threads = uint64_t{1} << 30;

std::vector<uint64_t> initial_slots(const launch &l) {
    std::vector<uint64_t> slots = l.what->slots;
    slots[threads_of_block] = l.threads;
    slots[blocks_of_grid] = l.blocks;
    for (size_t p = 0; p < l.arguments.size(); p++) slots[l.what->parameters[p].at] = l.arguments[p];
    return slots;
}

[[noreturn]] void explain(const launch &l, uint32_t number, const instruction &i, const fault &f) {
    std::string line = l.what->lines[size_t(i.line) - 1];
    line.erase(0, line.find_first_not_of(" \t"));
    throw fault(f.code, l.what->name + " for " + l.what->target + ", thread " + std::to_string(number % l.threads) + " of block " +
                            std::to_string(number / l.threads) + ", line " + std::to_string(i.line) + " (" + line + "): " + f.what());
}

void run(const launch &l, thread &t) {
    const instruction *at = l.what->code.data();
    try {
        while (at) {
            const instruction &now = *at;
            at = now.execute(t, now);
        }
    } catch (const fault &f) {
        explain(l, t.number, *at, f);
    }
}

}  // namespace

void execute(const launch &l, device_memory &memory) {
    if (uint64_t{l.blocks} * l.threads > most_threads) throw fault(launch_failed, "more threads than are worth interpreting");
    memory.begin_launch();
    const std::vector<uint64_t> initial = initial_slots(l);
    std::vector<uint64_t> slots(initial.size());
    thread t(slots.data(), memory);
    for (uint32_t block = 0; block < l.blocks; block++) {
        for (uint32_t i = 0; i < l.threads; i++) {
            std::copy(initial.begin(), initial.end(), slots.begin());
            slots[thread_in_block] = i;
            slots[block_in_grid] = block;
            t.begin(block * l.threads + i);
            run(l, t);
        }
    }
}

}  // namespace slopewise::test::ptx
