// What C++ has no name for: the floating-point control register, and instructions that order or wait.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace slopewise {

/// Control bits (rounding, flushing of subnormals, traps), sticky flags, and the value of a process that has changed none.
struct float_control {
    uint32_t control, flags, defaults;
};

/// Whether kernels fault on elements that do not lie on multiples of their size.
#if defined(__arm__)
constexpr bool elements_must_be_aligned = true;
#else
constexpr bool elements_must_be_aligned = false;
#endif

/// Whether kernels can work on elements of `itemsize` bytes where they lie.
inline bool kernels_reach(const void *data, int itemsize) {
    return !elements_must_be_aligned || reinterpret_cast<uintptr_t>(data) % unsigned(itemsize) == 0;
}

#if defined(__x86_64__)

constexpr float_control float_bits = {0xffc0, 0x003f, 0x1f80};
inline uint32_t read_float_control() { return _mm_getcsr(); }
inline void write_float_control(uint32_t value) { _mm_setcsr(value); }

/// Compilers do not order arithmetic against a change of the environment, only volatile statements. Arithmetic that
/// stands in a scope of float_environment itself, not behind a call, takes pinned values and pins its result.
inline double pinned(double value) {
    __asm__ volatile("" : "+x"(value));
    return value;
}

/// Stores past the caches become visible before any store that follows: a caller may hand the output to another thread.
inline void fence_streamed_stores() { _mm_sfence(); }

/// In a loop that waits for another thread.
inline void relax() { _mm_pause(); }

#else

#if defined(__aarch64__)
constexpr float_control float_bits = {0x07ff9f07, 0, 0};  // FPCR; flags have a register of their own
inline uint32_t read_float_control() {
    uint64_t value;
    __asm__ volatile("mrs %0, fpcr" : "=r"(value));
    return uint32_t(value);
}
inline void write_float_control(uint32_t value) { __asm__ volatile("msr fpcr, %0" : : "r"(uint64_t{value})); }
#elif defined(__arm__)
constexpr float_control float_bits = {0x07f79f00, 0xf800009f, 0};  // FPSCR
inline uint32_t read_float_control() {
    uint32_t value;
    __asm__ volatile("vmrs %0, fpscr" : "=r"(value));
    return value;
}
inline void write_float_control(uint32_t value) { __asm__ volatile("vmsr fpscr, %0" : : "r"(value)); }
#endif

inline double pinned(double value) {
    __asm__ volatile("" : "+w"(value));
    return value;
}

/// A pair that is stored past the caches is ordered like any other store.
inline void fence_streamed_stores() {}

inline void relax() { __asm__ volatile("yield"); }

#endif

}  // namespace slopewise
