// A thread of a launch, as instructions see it.
#pragma once

#include <bit>
#include <cmath>

#include "half.h"
#include "kernel.h"
#include "memory.h"

namespace slopewise::test::ptx {

/// Bits that a slot of a type holds, zeros above them. NaNs of arithmetic are the hardware's.
inline uint64_t bits_of(bool value) { return value; }
inline uint64_t bits_of(uint8_t value) { return value; }
inline uint64_t bits_of(uint16_t value) { return value; }
inline uint64_t bits_of(uint32_t value) { return value; }
inline uint64_t bits_of(uint64_t value) { return value; }
inline uint64_t bits_of(int16_t value) { return uint16_t(value); }
inline uint64_t bits_of(int32_t value) { return uint32_t(value); }
inline uint64_t bits_of(int64_t value) { return uint64_t(value); }
inline uint64_t bits_of(half value) { return value.bits; }
inline uint64_t bits_of(float value) { return std::isnan(value) ? 0x7fffffff : std::bit_cast<uint32_t>(value); }
inline uint64_t bits_of(double value) { return std::bit_cast<uint64_t>(value); }

template <class T>
T value_of(uint64_t bits) {
    if constexpr (std::is_integral_v<T>) {
        return T(bits);
    } else if constexpr (std::is_same_v<T, half>) {
        return half(uint16_t(bits));
    } else if constexpr (sizeof(T) == 4) {
        return std::bit_cast<T>(uint32_t(bits));
    } else {
        return std::bit_cast<T>(bits);
    }
}

class thread {
public:
    thread(uint64_t *slots, device_memory &memory) : memory(memory), slots(slots) {}

    template <class T>
    T get(slot s) const {
        return value_of<T>(slots[s]);
    }
    template <class T>
    void set(slot s, T value) {
        slots[s] = bits_of(value);
    }
    void begin(uint32_t its_number) {
        number = its_number;
        jumps = 0;
    }
    /// No loop of a kernel is long.
    void jump_back() {
        constexpr int most = 10000;
        if (++jumps > most) throw fault(launch_failed, "a thread jumps back for the " + std::to_string(jumps) + "th time");
    }

    device_memory &memory;
    uint32_t number = 0;  ///< in the launch

private:
    uint64_t *slots;
    int jumps = 0;
};

}  // namespace slopewise::test::ptx
