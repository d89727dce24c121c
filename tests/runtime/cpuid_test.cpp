// Which bits of CPUID and XCR0 make a feature, a model and a cache, against the makers' manuals: of features with each bit alone, and
// with each one missing.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <vector>

#include "dispatch/cpu_x86.h"

namespace slopewise::test {
namespace {

struct documented {
    const char *name;
    unsigned leaf;
    int word;  ///< of EAX, EBX, ECX, EDX
    int bit;
    uint64_t states;
};

// Intel SDM, volume 2A, CPUID; AMD APM, volume 3, E. States: SDM volume 1, 13.3: SSE and AVX; the three of AVX-512 besides.
constexpr uint64_t avx_states = 0x6, avx512_states = 0xe6;
constexpr documented all[] = {{"sse4.2", 1, 2, 20, 0},
                              {"popcnt", 1, 2, 23, 0},
                              {"movbe", 1, 2, 22, 0},
                              {"lzcnt", 0x80000001, 2, 5, 0},
                              {"bmi1", 7, 1, 3, 0},
                              {"bmi2", 7, 1, 8, 0},
                              {"avx", 1, 2, 28, avx_states},
                              {"f16c", 1, 2, 29, avx_states},
                              {"fma", 1, 2, 12, avx_states},
                              {"avx2", 7, 1, 5, avx_states},
                              {"avx512f", 7, 1, 16, avx512_states},
                              {"avx512dq", 7, 1, 17, avx512_states},
                              {"avx512cd", 7, 1, 28, avx512_states},
                              {"avx512bw", 7, 1, 30, avx512_states},
                              {"avx512vl", 7, 1, 31, avx512_states}};

struct machine {
    unsigned leaf1[4], leaf7[4], extended[4];
    uint64_t states;

    unsigned *leaf(unsigned number) { return number == 1 ? leaf1 : number == 7 ? leaf7 : number == 0x80000001 ? extended : nullptr; }
} now;

bool read_leaf(unsigned number, unsigned, unsigned *words) {
    if (!now.leaf(number)) return false;
    std::memcpy(words, now.leaf(number), 4 * sizeof *words);
    return true;
}

bool has(const documented &f) {
    return has_feature({read_leaf, [] { return now.states; }}, f.name, std::strlen(f.name));
}

/// Every bit but those in which a test is interested.
void set_all_bits() { std::memset(&now, 0xff, sizeof now); }

TEST(Cpuid, EachFeatureIsItsOwnBit) {
    for (const documented &f : all) {
        set_all_bits();
        EXPECT_TRUE(has(f)) << f.name;
        now.leaf(f.leaf)[f.word] &= ~(1u << f.bit);
        EXPECT_FALSE(has(f)) << f.name << ": another bit was read";
        std::memset(&now, 0, sizeof now);
        now.states = ~uint64_t{0};
        now.leaf(f.leaf)[f.word] |= 1u << f.bit;
        now.leaf1[2] |= 1u << 27;  // OSXSAVE
        EXPECT_TRUE(has(f)) << f.name << " needs more than its bit";
    }
}

TEST(Cpuid, TheSystemMustSaveTheRegisters) {
    for (const documented &f : all) {
        for (int bit = 0; bit < 64; bit++) {
            set_all_bits();
            now.states &= ~(uint64_t{1} << bit);
            EXPECT_EQ(has(f), !(f.states >> bit & 1)) << f.name << " without XCR0's bit " << bit;
        }
        set_all_bits();
        now.leaf1[2] &= ~(1u << 27);
        EXPECT_EQ(has(f), f.states == 0) << f.name << " without OSXSAVE";
    }
}

TEST(Cpuid, OtherNamesAreNone) {
    set_all_bits();
    for (const char *name : {"", "avx", "avx51", "avx512", "AVX2", "avx2 "}) {
        EXPECT_EQ(has_feature({read_leaf, [] { return now.states; }}, name, std::strlen(name)), std::strcmp(name, "avx") == 0) << name;
    }
}

// What follows takes whole leaves, by number and inner number.
std::map<std::pair<unsigned, unsigned>, std::array<unsigned, 4>> leaves;

constexpr cpu_words from_leaves = {[](unsigned number, unsigned inner, unsigned *words) {
                                       auto found = leaves.find({number, inner});
                                       if (found != leaves.end()) std::copy_n(found->second.data(), 4, words);
                                       return found != leaves.end();
                                   },
                                   [] { return uint64_t{0}; }};

void set_maker(const char (&vendor)[13], unsigned signature) {
    unsigned ebx, edx, ecx;
    std::memcpy(&ebx, vendor, 4);
    std::memcpy(&edx, vendor + 4, 4);
    std::memcpy(&ecx, vendor + 8, 4);
    leaves = {{{0, 0}, {0x20, ebx, ecx, edx}}, {{1, 0}, {signature, ~0u, ~0u, ~0u}}};
}

// Signatures as the makers' own lists and users' reports have them.
TEST(Cpuid, FamilyModelAndStepping) {
    struct {
        const char (&vendor)[13];
        unsigned signature;
        int family, model, stepping;
    } cases[] = {{"AuthenticAMD", 0x00a00f11, 0x19, 0x01, 1}, {"AuthenticAMD", 0x00800f82, 0x17, 0x08, 2},
                 {"GenuineIntel", 0x00050654, 6, 0x55, 4},    {"GenuineIntel", 0x000306c3, 6, 0x3c, 3},
                 {"GenuineIntel", 0x00000f29, 15, 0x02, 9},   {"GenuineIntel", 0x000f0543, 5, 0x04, 3}};
    for (const auto &c : cases) {
        set_maker(c.vendor, c.signature);
        cpu_model cpu = model_of(from_leaves);
        EXPECT_STREQ(cpu.vendor, c.vendor);
        EXPECT_EQ(cpu.family, c.family) << std::hex << c.signature;
        EXPECT_EQ(cpu.model, c.model) << std::hex << c.signature;
        EXPECT_EQ(cpu.stepping, c.stepping) << std::hex << c.signature;
    }
    leaves.erase({1, 0});
    EXPECT_STREQ(model_of(from_leaves).vendor, "GenuineIntel");
    EXPECT_EQ(model_of(from_leaves).family, 0);
    leaves.clear();
    EXPECT_STREQ(model_of(from_leaves).vendor, "");
}

struct cache {
    unsigned type, level, ways, partitions, line, sets;

    std::array<unsigned, 4> words() const {
        return {type | level << 5 | 1u << 8, (ways - 1) << 22 | (partitions - 1) << 12 | (line - 1), sets - 1, 0};
    }
};
constexpr unsigned data = 1, instructions = 2, unified = 3;

cache_sizes sizes_of(const char (&vendor)[13], unsigned leaf, const std::vector<cache> &caches) {
    set_maker(vendor, 0);
    for (const cache &c : caches) leaves[{leaf, unsigned(leaves.size()) - 2}] = c.words();
    return caches_of(from_leaves);
}

void expect_sizes(const cache_sizes &is, int64_t l1, int64_t l2, int64_t l3) {
    EXPECT_EQ(is.l1, l1);
    EXPECT_EQ(is.l2, l2);
    EXPECT_EQ(is.l3, l3);
}

TEST(Cpuid, CachesOfDataByLevel) {
    const cache code = {instructions, 1, 8, 1, 64, 128}, l1 = {data, 1, 8, 1, 64, 64}, l2 = {unified, 2, 16, 1, 64, 1024},
                l3 = {unified, 3, 11, 1, 64, 36864}, l4 = {unified, 4, 16, 16, 64, 8192};
    constexpr int64_t kibi = 1 << 10;
    for (const std::vector<cache> &order :
         {std::vector<cache>{l1, code, l2, l3}, {code, l1, l2, l3}, {l3, l2, l1, code, l4}, {l4, l3, code, l2, l1}}) {
        expect_sizes(sizes_of("GenuineIntel", 4, order), 32 * kibi, 1024 * kibi, 25344 * kibi);
        expect_sizes(sizes_of("CentaurHauls", 4, order), 32 * kibi, 1024 * kibi, 25344 * kibi);
        expect_sizes(sizes_of("AuthenticAMD", 0x8000001d, order), 32 * kibi, 1024 * kibi, 25344 * kibi);
        expect_sizes(sizes_of("AuthenticAMD", 4, order), 0, 0, 0);
        expect_sizes(sizes_of("GenuineIntel", 0x8000001d, order), 0, 0, 0);
    }
    expect_sizes(sizes_of("GenuineIntel", 4, {l1, code}), 32 * kibi, 0, 0);
    expect_sizes(sizes_of("GenuineIntel", 4, {l1, {0, 0, 1, 1, 1, 1}, l2}), 32 * kibi, 0, 0);
    expect_sizes(sizes_of("GenuineIntel", 4, {{data, 1, 12, 2, 32, 48}, {unified, 2, 3, 1, 128, 7}, {unified, 3, 1, 1024, 4096, 1024}}),
                 12 * 2 * 32 * 48, 3 * 128 * 7, int64_t{1} << 32);
    expect_sizes(sizes_of("GenuineIntel", 4, std::vector<cache>(1000, l2)), 0, 1024 * kibi, 0);
}

TEST(Cpuid, WhatIsMissingIsNamedWithinItsCapacity) {
    char missing[8] = "???????";
    EXPECT_TRUE(cpu_has("", missing, sizeof missing));
    EXPECT_FALSE(cpu_has("no such", missing, sizeof missing));
    EXPECT_EQ(std::string(missing, sizeof missing), std::string("no\0????\0", 8));
    EXPECT_FALSE(cpu_has("feature_of_none", missing, 4));
    EXPECT_EQ(std::string(missing, sizeof missing), std::string("fea\0???\0", 8));
}

// The processor that this is reports what it says itself.
TEST(Cpuid, ThisProcessorIsAskedItself) {
    const cpu_model cpu = identify_cpu();
    EXPECT_EQ(std::strlen(cpu.vendor), 12u);
    EXPECT_GT(cpu.family, 0);
    EXPECT_EQ(made_by() == cpu_maker::intel, std::strcmp(cpu.vendor, "GenuineIntel") == 0);
    EXPECT_EQ(made_by() == cpu_maker::amd, std::strcmp(cpu.vendor, "AuthenticAMD") == 0);
}

}  // namespace
}  // namespace slopewise::test
