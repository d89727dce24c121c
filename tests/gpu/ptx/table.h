// How rows of the table of instructions are written.
#pragma once

#include <unordered_map>
#include <utility>

#include "opcodes.h"
#include "thread.h"

namespace slopewise::test::ptx {

using opcode_table = std::unordered_map<std::string, opcode>;

// The parts of the table.
void add_integers(opcode_table &);
void add_floats(opcode_table &);
void add_memory_and_control(opcode_table &);

template <class T>
constexpr int bits_in_slot = std::is_same_v<T, bool> ? 1 : 8 * int(sizeof(T));

template <class F, class Result, class... Sources, size_t... n>
const instruction *compute(thread &t, const instruction &i, std::index_sequence<n...>) {
    t.set<Result>(i.slots[0], Result(F{}(t.get<Sources>(i.slots[1 + n])...)));
    return &i + 1;
}

/// An instruction that computes its result of the sources and does nothing else: F has no state.
template <class Result, class... Sources, class F>
opcode computes(F) {
    handler execute = [](thread &t, const instruction &i) {
        return compute<F, Result, Sources...>(t, i, std::index_sequence_for<Sources...>{});
    };
    return {execute, {{operand::result, bits_in_slot<Result>}, {operand::source, bits_in_slot<Sources>}...}};
}

template <class T, class F>
opcode of_two(F f) {
    return computes<T, T, T>(f);
}

template <class T, class F>
opcode compares(F f) {
    return computes<bool, T, T>(f);
}

}  // namespace slopewise::test::ptx
