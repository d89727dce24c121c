// Instructions that move, read and write memory, and jump.
#include <cstring>

#include "table.h"

namespace slopewise::test::ptx {
namespace {

uint64_t address_of(const thread &t, const instruction &i, slot s) { return t.get<uint64_t>(s) + uint64_t(i.offset); }

template <class Held, class Moved, int lanes, bool coherent>
const instruction *load(thread &t, const instruction &i) {
    const uint8_t *from = t.memory.load(address_of(t, i, i.slots[lanes]), lanes * sizeof(Moved), coherent, t.number);
    for (size_t lane = 0; lane < lanes; lane++) {
        Moved value;
        std::memcpy(&value, from + lane * sizeof value, sizeof value);
        t.set<Held>(i.slots[lane], value);
    }
    return &i + 1;
}

template <class Moved, int lanes>
const instruction *store(thread &t, const instruction &i) {
    uint8_t *to = t.memory.store(address_of(t, i, i.slots[0]), lanes * sizeof(Moved), t.number);
    for (size_t lane = 0; lane < lanes; lane++) {
        auto value = t.get<Moved>(i.slots[1 + lane]);
        std::memcpy(to + lane * sizeof value, &value, sizeof value);
    }
    return &i + 1;
}

/// By each way to read: plain, cached at all levels, which is the same, and beside the caches that see writes.
template <class Held, class Moved, int lanes>
void add_load(opcode_table &table, const std::string &type) {
    constexpr bool extends = sizeof(Moved) < sizeof(Held);
    std::vector<operand> operands(lanes, {operand::result, extends ? bits_in_slot<Held> : bits_in_slot<Moved>, !extends});
    operands.push_back({operand::address, 64});
    table["ld.global" + type] = table["ld.global.ca" + type] = {load<Held, Moved, lanes, true>, operands};
    table["ld.global.nc" + type] = {load<Held, Moved, lanes, false>, operands};
}

template <class Moved, int lanes>
void add_store(opcode_table &table, const std::string &type) {
    std::vector<operand> operands(1 + lanes, {operand::source, bits_in_slot<Moved>, true});
    operands[0] = {operand::address, 64};
    table["st.global" + type] = {store<Moved, lanes>, operands};
}

template <class Moved, int lanes>
void add_accesses(opcode_table &table, const std::string &type) {
    add_load<Moved, Moved, lanes>(table, type);
    add_store<Moved, lanes>(table, type);
}

void add_memory(opcode_table &table) {
    add_accesses<uint8_t, 1>(table, ".b8");
    add_accesses<uint16_t, 1>(table, ".b16");
    add_accesses<uint32_t, 1>(table, ".b32");
    add_accesses<uint64_t, 1>(table, ".b64");
    add_accesses<uint32_t, 4>(table, ".v4.b32");
    add_accesses<uint64_t, 2>(table, ".v2.b64");
    add_load<int16_t, int8_t, 1>(table, ".s8");
}

constexpr auto same = [](auto a) { return a; };

template <class T>
opcode reads_parameter() {
    opcode o = computes<T, T>(same);
    o.operands[1].is = operand::parameter;
    return o;
}

template <class Whole, class Half>
const instruction *take_apart(thread &t, const instruction &i) {
    auto whole = t.get<Whole>(i.slots[2]);
    t.set(i.slots[0], Half(whole));
    t.set(i.slots[1], Half(whole >> 8 * sizeof(Half)));
    return &i + 1;
}

constexpr auto put_together = [](uint64_t low, uint64_t high) { return high << 32 | low; };

void add_moves(opcode_table &table) {
    auto parts = [](int whole) -> std::vector<operand> {
        return {{operand::result, whole / 2}, {operand::result, whole / 2}, {operand::source, whole}};
    };
    table.merge(opcode_table{{"ld.param.b16", reads_parameter<uint16_t>()},
                             {"ld.param.b32", reads_parameter<uint32_t>()},
                             {"ld.param.b64", reads_parameter<uint64_t>()},
                             {"cvta.to.global.u64", computes<uint64_t, uint64_t>(same)},
                             {"mov.b32", computes<uint32_t, uint32_t>(same)},
                             {"mov.u32", computes<uint32_t, uint32_t>(same)},
                             {"mov.b32 {,},", {take_apart<uint32_t, uint16_t>, parts(32)}},
                             {"mov.b64 {,},", {take_apart<uint64_t, uint32_t>, parts(64)}},
                             {"mov.b64 ,{,}", computes<uint64_t, uint32_t, uint32_t>(put_together)}});
}

const instruction *jump(thread &t, const instruction &i) {
    if (i.target <= &i) t.jump_back();
    return i.target;
}

template <bool wanted>
const instruction *jump_if(thread &t, const instruction &i) {
    return t.get<bool>(i.slots[0]) == wanted ? jump(t, i) : &i + 1;
}

const instruction *end(thread &, const instruction &) { return nullptr; }

void add_control(opcode_table &table) {
    const operand condition = {operand::source, 1}, target = {operand::label};
    table.merge(opcode_table{{"bra.uni", {jump, {target}}},
                             {"@bra", {jump_if<true>, {condition, target}}},
                             {"@!bra", {jump_if<false>, {condition, target}}},
                             {"ret", {end, {}}}});
}

}  // namespace

void add_memory_and_control(opcode_table &table) {
    add_memory(table);
    add_moves(table);
    add_control(table);
}

const opcode *find_opcode(const std::string &name) {
    static const opcode_table table = [] {
        opcode_table all;
        add_integers(all);
        add_floats(all);
        add_memory_and_control(all);
        return all;
    }();
    auto found = table.find(name);
    return found == table.end() ? nullptr : &found->second;
}

}  // namespace slopewise::test::ptx
