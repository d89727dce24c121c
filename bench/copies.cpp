// The limits: what copying the same bytes costs.
#include <emmintrin.h>
#include <sys/mman.h>

#include <cstring>
#include <random>

#include "bench.h"

namespace slopewise::bench {
namespace {

/// Non-temporal stores, which save reading the target's lines.
void streaming_copy(void *to, const void *from, size_t bytes) {
    auto *target = static_cast<__m128i *>(to);
    const auto *source = static_cast<const __m128i *>(from);
    for (size_t i = 0; i < bytes / 16; i += 4) {
        for (size_t j = i; j < i + 4; j++) _mm_stream_si128(target + j, _mm_loadu_si128(source + j));
    }
    _mm_sfence();
}

void plain_copy(void *to, const void *from, size_t bytes) { std::memcpy(to, from, bytes); }

template <class Copy>
void run_copy(benchmark::State &state, size_t bytes, Copy copy) {
    array from(bytes, 1), to(bytes, 2);
    for (auto _ : state) {
        copy(to.data(), from.data(), bytes);
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(int64_t(state.iterations()) * int64_t(2 * bytes));
}

}  // namespace

array::array(size_t bytes, uint64_t seed) : mapped((bytes + 4095) / 4096 * 4096) {
    memory = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    madvise(memory, mapped, MADV_HUGEPAGE);
    std::mt19937_64 random(seed);
    auto *words = static_cast<uint64_t *>(memory);
    // Exponents near one in every format, signs at random in each sixteen bits.
    for (size_t i = 0; i < mapped / 8; i++) words[i] = (random() & 0x80ff80ff80ff80ffu) | 0x3c003c003c003c00u;
}

array::~array() { munmap(memory, mapped); }

void register_copies() {
    for (const size_class &c : size_classes) {
        auto name = [&](const char *kind) { return std::string("copy/") + kind + "/" + c.name; };
        benchmark::RegisterBenchmark(name("memcpy").c_str(), [=](benchmark::State &s) { run_copy(s, c.bytes, plain_copy); });
        benchmark::RegisterBenchmark(name("streaming").c_str(), [=](benchmark::State &s) { run_copy(s, c.bytes, streaming_copy); });
    }
}

}  // namespace slopewise::bench
