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

int64_t available_memory() {
    std::ifstream info("/proc/meminfo");
    std::string key;
    for (int64_t kibibytes; info >> key >> kibibytes; info.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
        if (key == "MemAvailable:") return kibibytes << 10;
    }
    return 0;
}

}  // namespace slopewise::measurement
