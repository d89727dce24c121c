// The floating-point control register of each processor, as a caller may find or set it.
#pragma once

#include <cstdint>
#include <vector>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace slopewise::test {

#if defined(__x86_64__)

constexpr uint32_t control_bits = 0xffc0;
inline uint32_t float_control() { return _mm_getcsr(); }
inline void set_float_control(uint32_t value) { _mm_setcsr(value); }

/// Flush-to-zero with denormals-are-zero; down, up, towards zero; all traps; all at once; every flag already raised.
inline std::vector<uint32_t> foreign_controls() { return {0x9fc0, 0x3f80, 0x5f80, 0x7f80, 0x0000, 0xe040, 0x9fff}; }

#else

/// Rounding, flushing, default NaNs, and the alternative half-precision format, which has no infinities.
constexpr uint32_t control_bits = 0x07c00000;

#if defined(__aarch64__)
inline uint32_t float_control() {
    uint64_t value;
    __asm__ volatile("mrs %0, fpcr" : "=r"(value));
    return uint32_t(value);
}
inline void set_float_control(uint32_t value) { __asm__ volatile("msr fpcr, %0" : : "r"(uint64_t{value})); }
#else
inline uint32_t float_control() {
    uint32_t value;
    __asm__ volatile("vmrs %0, fpscr" : "=r"(value));
    return value;
}
inline void set_float_control(uint32_t value) { __asm__ volatile("vmsr fpscr, %0" : : "r"(value)); }
#endif

/// Flush-to-zero; up, down, towards zero; default NaNs; the alternative format; all at once.
inline std::vector<uint32_t> foreign_controls() { return {1u << 24, 1u << 22, 2u << 22, 3u << 22, 1u << 25, 1u << 26, 0x07c00000}; }

#endif

}  // namespace slopewise::test
