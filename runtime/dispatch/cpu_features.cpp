// CPUID by hand: a compiler's own list of feature names differs from compiler to compiler, and Halide's detection does
// not ask the operating system.
#include "dispatch/cpu_features.h"

#include <cpuid.h>

#include <cstdint>
#include <cstring>

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

uint64_t enabled_states() {
    unsigned r[4] = {};
    constexpr unsigned osxsave = 1u << 27;
    if (!__get_cpuid(1, &r[eax], &r[ebx], &r[ecx], &r[edx]) || !(r[ecx] & osxsave)) return 0;
    unsigned low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return uint64_t{high} << 32 | low;
}

bool present(const feature &f, uint64_t states) {
    unsigned r[4] = {};
    if (!__get_cpuid_count(f.leaf, 0, &r[eax], &r[ebx], &r[ecx], &r[edx])) return false;
    return (r[f.where] >> f.bit & 1) && (states & f.state) == f.state;
}

/// A name that the table does not know counts as missing.
bool present(const char *name, size_t length, uint64_t states) {
    for (const feature &f : features) {
        if (std::strlen(f.name) == length && std::strncmp(f.name, name, length) == 0) return present(f, states);
    }
    return false;
}

bool made_by(const char *maker) {
    unsigned leaf, name[3] = {};
    return __get_cpuid(0, &leaf, &name[0], &name[2], &name[1]) && std::memcmp(name, maker, sizeof name) == 0;
}

}  // namespace

bool cpu_has(const char *needs, char *missing, size_t capacity) {
    uint64_t states = enabled_states();
    for (const char *at = needs; *at;) {
        size_t length = std::strcspn(at, " ");
        if (!present(at, length, states)) {
            size_t kept = length < capacity ? length : capacity - 1;
            std::memcpy(missing, at, kept);
            missing[kept] = 0;
            return false;
        }
        at += length;
        at += std::strspn(at, " ");
    }
    return true;
}

bool is_intel() { return made_by("GenuineIntel"); }
bool is_amd() { return made_by("AuthenticAMD"); }

}  // namespace slopewise
