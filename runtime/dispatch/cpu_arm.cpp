// The kernel's word: what it reports in the auxiliary vector it has also enabled.
#include <sys/auxv.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "dispatch/cpu_features.h"

namespace slopewise {
namespace {

/// Names as in /proc/cpuinfo, bits of AT_HWCAP as in the kernel's asm/hwcap.h.
struct feature {
    const char *name;
    unsigned long bit;
};

#if defined(__aarch64__)
constexpr feature features[] = {{"fphp", 1ul << 9}, {"asimdhp", 1ul << 10}};
#else
constexpr feature features[] = {{"neon", 1ul << 12}};
#endif

}  // namespace

bool has_feature(const char *name, size_t length) {
    for (const feature &f : features) {
        if (std::strlen(f.name) == length && std::strncmp(f.name, name, length) == 0) return getauxval(AT_HWCAP) & f.bit;
    }
    return false;
}

/// From the main ID register, where the kernel shows it (64-bit ARM).
cpu_model identify_cpu() {
    cpu_model cpu = {"ARM", 0, 0, 0};
    std::FILE *file = std::fopen("/sys/devices/system/cpu/cpu0/regs/identification/midr_el1", "re");
    unsigned long id = 0;
    if (file && std::fscanf(file, "%lx", &id) == 1) {
        std::snprintf(cpu.vendor, sizeof cpu.vendor, "ARM %02lx", id >> 24 & 0xff);
        cpu.family = int(id >> 20 & 0xf);
        cpu.model = int(id >> 4 & 0xfff);
        cpu.stepping = int(id & 0xf);
    }
    if (file) std::fclose(file);
    return cpu;
}

cpu_maker made_by() { return cpu_maker::other; }

cache_sizes detect_caches() {
    auto size = [](int which) { return int64_t(std::max(0l, sysconf(which))); };
    return {size(_SC_LEVEL1_DCACHE_SIZE), size(_SC_LEVEL2_CACHE_SIZE), size(_SC_LEVEL3_CACHE_SIZE)};
}

}  // namespace slopewise
