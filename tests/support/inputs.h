// Adversarial inputs: random bit patterns mixed with every kind of special value.
#pragma once

#include <algorithm>
#include <map>
#include <random>
#include <tuple>
#include <vector>

#include "numbers.h"

namespace slopewise::test {

inline std::vector<uint64_t> special_bits(dtype t) {
    if (!is_float(t)) {
        uint64_t sign = uint64_t{1} << (8 * size_of(t) - 1);
        return {0, 1, sign, sign - 1, sign + 1, sign | (sign - 1)};
    }
    int width = 8 * size_of(t), fraction = t == dtype::f16 ? 10 : t == dtype::bf16 ? 7 : t == dtype::f32 ? 23 : 52;
    uint64_t sign = uint64_t{1} << (width - 1), infinity = sign - (uint64_t{1} << fraction), quiet = uint64_t{1} << (fraction - 1);
    uint64_t least_normal = uint64_t{1} << fraction;
    std::vector<uint64_t> positive = {0,  // zero
                                      1,  // least subnormal
                                      least_normal - 1,
                                      least_normal,
                                      infinity - 1,
                                      infinity,
                                      infinity | 1,  // signalling NaN
                                      infinity | (quiet - 1),
                                      infinity | quiet,
                                      infinity | quiet | 5,
                                      sign - 1};
    std::vector<uint64_t> all = positive;
    for (uint64_t bits : positive) all.push_back(bits | sign);
    return all;
}

/// n elements; of a 16-bit float the first 65,536 are all of them, beginning at a place that `seed` sets.
inline std::vector<uint64_t> adversarial_bits(dtype t, size_t n, uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<uint64_t> special = special_bits(t), bits(n);
    int width = 8 * size_of(t);
    uint64_t mask = width == 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1;
    for (size_t i = 0; i < n; i++) {
        uint64_t r = random();
        if (is_float(t) && width == 16 && i < 65536) {
            bits[i] = (i * 40503 + seed) & mask;
        } else if (r % 4 == 0) {
            bits[i] = special[r / 4 % special.size()];
        } else if (r % 4 == 1 && is_float(t)) {
            bits[i] = rounded(t, double(int64_t(random())) * 0x1p-62);
        } else {
            bits[i] = random() & mask;
        }
    }
    return bits;
}

/// The same, made once in a program: many rows of the table share a type.
inline const std::vector<uint64_t> &shared_adversarial_bits(dtype t, size_t n, uint64_t seed) {
    static std::map<std::tuple<dtype, size_t, uint64_t>, std::vector<uint64_t>> made;
    auto [at, is_new] = made.try_emplace({t, n, seed});
    if (is_new) at->second = adversarial_bits(t, n, seed);
    return at->second;
}

/// Memory for n elements, `misalignment` bytes after the beginning of a cache line, between guard bytes.
class guarded {
public:
    guarded(dtype t, size_t n, size_t misalignment, uint8_t fill = 0xa5)
        : type(t), n(n), bytes(2 * guard + line + misalignment + n * size_t(size_of(t)), fill), fill(fill) {
        at = guard + (line - reinterpret_cast<uintptr_t>(bytes.data() + guard) % line) % line + misalignment;
    }

    guarded(guarded &&) = default;

    void *data() { return bytes.data() + at; }
    std::vector<uint8_t> &storage() { return bytes; }
    uint64_t get(size_t i) const { return load_bits(bytes.data() + at + i * size_t(size_of(type)), type); }
    void set(size_t i, uint64_t value) { store_bits(bytes.data() + at + i * size_t(size_of(type)), type, value); }
    void set(const std::vector<uint64_t> &values, size_t count) {
        for (size_t i = 0; i < count; i++) set(i, values[i]);
    }
    bool holds(const std::vector<uint64_t> &values) const {
        for (size_t i = 0; i < n; i++) {
            if (get(i) != values[i]) return false;
        }
        return true;
    }
    bool untouched_outside() const {
        auto is_fill = [this](uint8_t byte) { return byte == fill; };
        auto begin = bytes.begin() + std::ptrdiff_t(at), end = begin + std::ptrdiff_t(n * size_t(size_of(type)));
        return std::all_of(bytes.begin(), begin, is_fill) && std::all_of(end, bytes.end(), is_fill);
    }

private:
    static constexpr size_t guard = 256, line = 64;
    dtype type;
    size_t n, at;
    std::vector<uint8_t> bytes;  // moved, not copied: the place of the elements goes by its address
    uint8_t fill;
};

}  // namespace slopewise::test
