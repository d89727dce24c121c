#include "measurement/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <new>
#include <random>
#include <string>

namespace slopewise::measurement {
namespace {

constexpr size_t large_page = 2 << 20;

size_t available_memory() {
    std::ifstream info("/proc/meminfo");
    std::string key;
    for (size_t kibibytes; info >> key >> kibibytes; info.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
        if (key == "MemAvailable:") return kibibytes << 10;
    }
    return 0;
}

/// As the kernel describes the first CPU's. sysconf adds up the last caches of all core complexes of an EPYC: 320 MiB where
/// a core has 32.
size_t cache_size(int level, int sysconf_name) {
    const std::string folder = "/sys/devices/system/cpu/cpu0/cache/index";
    for (int index = 0;; index++) {
        std::ifstream level_file(folder + std::to_string(index) + "/level"), type_file(folder + std::to_string(index) + "/type"),
            size_file(folder + std::to_string(index) + "/size");
        int found_level = 0;
        std::string type;
        size_t kibibytes = 0;
        if (!(level_file >> found_level) || !(type_file >> type) || !(size_file >> kibibytes)) break;
        if (found_level == level && type != "Instruction") return kibibytes << 10;
    }
    return size_t(std::max<long>(0, sysconf(sysconf_name)));
}

}  // namespace

array::array(size_t bytes, uint64_t seed, size_t offset, state at_first)
    : mapped((bytes + offset + 7) / 8 * 8 + large_page), bytes(bytes), seed(seed) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | (at_first == state::reserved ? MAP_NORESERVE : 0);
    mapping = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (mapping == MAP_FAILED) throw std::bad_alloc();
    madvise(mapping, mapped, MADV_HUGEPAGE);
    auto address = reinterpret_cast<uintptr_t>(mapping);
    begin = static_cast<unsigned char *>(mapping) + ((address + large_page - 1) / large_page * large_page - address) + offset;
    if (at_first == state::touched) touch(bytes);
}

array::~array() { munmap(mapping, mapped); }

void array::touch(size_t first) {
    if (first <= touched) return;
    fill(seed, first);
    touched = first;
}

void array::fill(uint64_t seed, size_t first) {
    std::mt19937_64 random(seed);
    auto *words = reinterpret_cast<uint64_t *>(begin);
    std::generate_n(words, (first + 7) / 8, [&] { return (random() & 0x80ff80ff80ff80ffu) | 0x3c003c003c003c00u; });
}

array &grown(std::unique_ptr<array> &at, size_t place, size_t bytes) {
    if (!at || at->size() < bytes) {
        at.reset();
        at = std::make_unique<array>(bytes, uint64_t(place + 1), offset_at(place));
    }
    return *at;
}

memory_sizes detect_memory() {
    return {cache_size(1, _SC_LEVEL1_DCACHE_SIZE), cache_size(2, _SC_LEVEL2_CACHE_SIZE), cache_size(3, _SC_LEVEL3_CACHE_SIZE),
            available_memory()};
}

memory_sizes usual_where_unknown(memory_sizes sizes) {
    if (!sizes.l1) sizes.l1 = size_t{32} << 10;
    if (!sizes.l2) sizes.l2 = size_t{1} << 20;
    if (!sizes.l3) sizes.l3 = size_t{32} << 20;
    return sizes;
}

}  // namespace slopewise::measurement
