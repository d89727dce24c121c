// The element types of the C++ interface, and what DLPack calls them.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "slopewise/slopewise.h"

namespace slopewise {

/// A 16-bit float by its bits.
enum class f16 : std::uint16_t {};
enum class bf16 : std::uint16_t {};

namespace detail {

/// Bits of a float's significand, which tell the floats apart; 0 for what is none.
template <class T>
inline constexpr int significand = std::is_floating_point_v<T> ? std::numeric_limits<T>::digits : 0;
template <>
inline constexpr int significand<f16> = 11;
template <>
inline constexpr int significand<bf16> = 8;

// The compilers' own 16-bit floats: floating-point types to the library of C++23 alone, as std::float16_t and
// std::bfloat16_t. GCC 12 has __bf16 on ARM, and _Float16 in C++ on x86; later ones have both and say so.
#if defined(__FLT16_MANT_DIG__) && (defined(__clang__) || defined(__x86_64__) || __GNUC__ >= 13)
__extension__ typedef _Float16 compilers_f16;
template <>
inline constexpr int significand<compilers_f16> = 11;
#endif
#if defined(__ARM_FP16_FORMAT_IEEE)
typedef __fp16 arms_f16;
template <>
inline constexpr int significand<arms_f16> = 11;
#endif
#if defined(__clang__) ? defined(__ARM_FEATURE_BF16) || (__clang_major__ >= 15 && defined(__SSE2__)) \
                       : defined(__aarch64__) || defined(__arm__) || defined(__BFLT16_MANT_DIG__)
typedef __bf16 compilers_bf16;
template <>
inline constexpr int significand<compilers_bf16> = 8;
#endif

template <class T>
inline constexpr bool is_integer =
    std::is_integral_v<T> && !std::is_same_v<T, bool> && sizeof(T) <= 8 && (std::is_signed_v<T> || sizeof(T) == 1);

template <class T>
constexpr DLDataType dtype() noexcept {
  using U = std::remove_cv_t<T>;
  constexpr int digits = significand<U>;
  constexpr auto bits = static_cast<std::uint8_t>(8 * sizeof(U));
  if constexpr (digits == 8) {
    return {kDLBfloat, bits, 1};
  } else if constexpr (digits == 11 || digits == 24 || digits == 53) {
    return {kDLFloat, bits, 1};
  } else {
    static_assert(is_integer<U>,
                  "Slopewise's element types are float, double, std::int8_t to std::int64_t, std::uint8_t, "
                  "slopewise::f16, slopewise::bf16 and, where the compiler has them, _Float16, __fp16, __bf16, "
                  "std::float16_t, std::bfloat16_t, std::float32_t and std::float64_t");
    return {std::is_signed_v<U> ? kDLInt : kDLUInt, bits, 1};
  }
}

}  // namespace detail
}  // namespace slopewise
