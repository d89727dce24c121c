// CPUID by hand: a compiler's own list of feature names differs from compiler to compiler, and Halide's detection does
// not ask the operating system.
#include <cpuid.h>

#include <cstdint>
#include <cstring>

#include "dispatch/cpu_x86.h"

namespace slopewise {
namespace {

enum cpu_register { eax, ebx, ecx, edx };
enum register_state : uint64_t { no_state = 0, ymm = 0x6, zmm = 0xe6 };  // bits of XCR0

struct feature {
    const char *name;
    uint32_t leaf;
    cpu_register where;
    int bit;
    register_state state;
};

constexpr feature features[] = {
    {"sse4.2", 1, ecx, 20, no_state}, {"popcnt", 1, ecx, 23, no_state},
    {"movbe", 1, ecx, 22, no_state},  {"lzcnt", 0x80000001u, ecx, 5, no_state},
    {"bmi1", 7, ebx, 3, no_state},    {"bmi2", 7, ebx, 8, no_state},
    {"avx", 1, ecx, 28, ymm},         {"f16c", 1, ecx, 29, ymm},
    {"fma", 1, ecx, 12, ymm},         {"avx2", 7, ebx, 5, ymm},
    {"avx512f", 7, ebx, 16, zmm},     {"avx512cd", 7, ebx, 28, zmm},
    {"avx512bw", 7, ebx, 30, zmm},    {"avx512dq", 7, ebx, 17, zmm},
    {"avx512vl", 7, ebx, 31, zmm},
};

/// 0 unless the operating system has switched on the instruction that tells.
uint64_t enabled_states(const cpu_words &cpu) {
    unsigned r[4] = {};
    constexpr unsigned osxsave = 1u << 27;
    return cpu.leaf(1, 0, r) && (r[ecx] & osxsave) ? cpu.states() : 0;
}

bool present(const cpu_words &cpu, const feature &f) {
    unsigned r[4] = {};
    if (!cpu.leaf(f.leaf, 0, r)) return false;
    return (r[f.where] >> f.bit & 1) && (enabled_states(cpu) & f.state) == f.state;
}

bool read_leaf(unsigned leaf, unsigned inner, unsigned *r) {
    return __get_cpuid_count(leaf, inner, &r[eax], &r[ebx], &r[ecx], &r[edx]) != 0;
}

uint64_t read_states() {
    unsigned low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return uint64_t{high} << 32 | low;
}

constexpr cpu_words this_cpu = {read_leaf, read_states};

cpu_maker maker_of(const cpu_model &cpu) {
    if (std::strcmp(cpu.vendor, "GenuineIntel") == 0) return cpu_maker::intel;
    return std::strcmp(cpu.vendor, "AuthenticAMD") == 0 ? cpu_maker::amd : cpu_maker::other;
}

}  // namespace

bool has_feature(const cpu_words &cpu, const char *name, size_t length) {
    for (const feature &f : features) {
        if (std::strlen(f.name) == length && std::strncmp(f.name, name, length) == 0) return present(cpu, f);
    }
    return false;
}

cpu_model model_of(const cpu_words &words) {
    cpu_model cpu = {};
    unsigned r[4];
    if (!words.leaf(0, 0, r)) return cpu;
    const unsigned name[3] = {r[ebx], r[edx], r[ecx]};
    std::memcpy(cpu.vendor, name, sizeof name);
    if (!words.leaf(1, 0, r)) return cpu;
    unsigned family = r[eax] >> 8 & 0xf, extended = r[eax] >> 16 & 0xf;
    cpu.family = int(family == 0xf ? family + (r[eax] >> 20 & 0xff) : family);
    cpu.model = int((r[eax] >> 4 & 0xf) | (family == 6 || family == 0xf ? extended << 4 : 0));
    cpu.stepping = int(r[eax] & 0xf);
    return cpu;
}

// Not sysconf(): under a hypervisor it gives an EPYC ten times its third level.
cache_sizes caches_of(const cpu_words &cpu) {
    constexpr unsigned intel_leaf = 4, amd_leaf = 0x8000001d, no_cache = 0, instructions = 2;
    unsigned leaf = maker_of(model_of(cpu)) == cpu_maker::amd ? amd_leaf : intel_leaf;
    int64_t level[4] = {};
    unsigned r[4];
    for (unsigned i = 0; i < 8 && cpu.leaf(leaf, i, r); i++) {
        unsigned type = r[eax] & 31, which = r[eax] >> 5 & 7;
        if (type == no_cache) break;
        if (type == instructions || which > 3) continue;
        int64_t ways = (r[ebx] >> 22) + 1, partitions = (r[ebx] >> 12 & 0x3ff) + 1, line = (r[ebx] & 0xfff) + 1, sets = int64_t{r[ecx]} + 1;
        level[which] = ways * partitions * line * sets;
    }
    return {level[1], level[2], level[3]};
}

bool has_feature(const char *name, size_t length) { return has_feature(this_cpu, name, length); }
cpu_model identify_cpu() { return model_of(this_cpu); }
cpu_maker made_by() { return maker_of(identify_cpu()); }
cache_sizes detect_caches() { return caches_of(this_cpu); }

}  // namespace slopewise
