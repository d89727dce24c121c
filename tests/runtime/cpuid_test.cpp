// Which bits of CPUID and XCR0 make a feature, against the makers' manuals: with each bit alone, and with each one missing.
#include <gtest/gtest.h>

#include <cstring>

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

bool read_leaf(unsigned number, unsigned *words) {
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

}  // namespace
}  // namespace slopewise::test
