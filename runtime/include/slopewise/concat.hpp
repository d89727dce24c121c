// Copies, concatenation and negation of strided tensors in CPU memory: what `concat(m(x), m(-x))` takes beside m.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "slopewise/array.hpp"

namespace slopewise {
namespace detail {

/// A dimension of two tensors of one shape, with their strides in bytes.
struct paired_dimension {
  std::int64_t extent, from, to;
};

inline std::vector<std::int64_t> strides_of(const DLTensor &t) {
  const auto dimensions = static_cast<std::size_t>(t.ndim);
  if (t.strides) return {t.strides, t.strides + dimensions};
  std::vector<std::int64_t> strides(dimensions, 1);
  for (std::size_t d = dimensions; d-- > 1;) strides[d - 1] = strides[d] * t.shape[d];
  return strides;
}

/// The fewest dimensions in which both tensors lie evenly; the last is the innermost. Always one at least.
inline std::vector<paired_dimension> paired(const DLTensor &from, const DLTensor &to) {
  const auto a = strides_of(from), b = strides_of(to);
  const auto item = static_cast<std::int64_t>(item_size(from.dtype));
  std::vector<paired_dimension> dims = {{1, item, item}};
  for (std::size_t d = 0; d < a.size(); d++) {
    const paired_dimension next = {from.shape[d], a[d] * item, b[d] * item};
    paired_dimension &last = dims.back();
    if (next.extent == 1) continue;
    if (last.extent == 1 || (last.from == next.extent * next.from && last.to == next.extent * next.to)) {
      last = {last.extent * next.extent, next.from, next.to};
    } else {
      dims.push_back(next);
    }
  }
  return dims;
}

/// Calls row(from, to, dimension) for each innermost row.
template <class Row>
void for_each_row(const std::byte *from, std::byte *to, const paired_dimension *d, const paired_dimension *last,
                  const Row &row) {
  if (d == last) return row(from, to, *d);
  for (std::int64_t i = 0; i < d->extent; i++) for_each_row(from + i * d->from, to + i * d->to, d + 1, last, row);
}

inline std::byte *first_byte(const DLTensor &t) { return static_cast<std::byte *>(t.data) + t.byte_offset; }

template <class Row>
void for_each_row(const char *what, const DLTensor &from, const DLTensor &to, const Row &row) {
  for (int d = 0; d < from.ndim; d++) {
    if (from.shape[d] == 0) return;
  }
  if (!from.data) throw error(SLOPEWISE_INVALID_ARGUMENT, std::string(what) + " has data NULL and is not empty");
  const auto dims = paired(from, to);
  for_each_row(first_byte(from), first_byte(to), dims.data(), &dims.back(), row);
}

/// Elements by their bits, from memory of any alignment.
template <class Bits, class Function>
void map_row(const std::byte *from, std::byte *to, const paired_dimension &d, Function function) {
  const auto item = static_cast<std::int64_t>(sizeof(Bits));
  const auto map = [&](std::int64_t from_stride, std::int64_t to_stride) {
    for (std::int64_t i = 0; i < d.extent; i++) {
      Bits bits;
      std::memcpy(&bits, from + i * from_stride, sizeof bits);
      bits = function(bits);
      std::memcpy(to + i * to_stride, &bits, sizeof bits);
    }
  };
  d.from == item &&d.to == item ? map(item, item) : map(d.from, d.to);  // the compiler makes vectors of the first
}

template <class Function>
void map_bits(const char *what, const DLTensor &from, const DLTensor &to, Function function) {
  const auto each = [&](auto zero) {
    for_each_row(what, from, to, [&](const std::byte *a, std::byte *b, const paired_dimension &d) {
      map_row<decltype(zero)>(a, b, d, function);
    });
  };
  switch (from.dtype.lanes == 1 ? from.dtype.bits : 0) {
    case 8:
      return each(std::uint8_t{});
    case 16:
      return each(std::uint16_t{});
    case 32:
      return each(std::uint32_t{});
    case 64:
      return each(std::uint64_t{});
    default:
      throw error(SLOPEWISE_UNSUPPORTED_DTYPE, std::string(what) + " has elements of " +
                                                   std::to_string(from.dtype.bits) + " bits in " +
                                                   std::to_string(from.dtype.lanes) + " lanes");
  }
}

inline void copy(const char *what, const DLTensor &from, const DLTensor &to) {
  map_bits(what, from, to, [](auto bits) { return bits; });
}

/// As crelu negates: a float's sign bit, of NaN and zero too; the most negative integer is its own negation.
inline void negate(const DLTensor &x, const DLTensor &y) {
  if (x.dtype.code == kDLUInt) throw error(SLOPEWISE_UNSUPPORTED_DTYPE, "operator-: x is unsigned");
  const bool is_float = x.dtype.code != kDLInt;
  map_bits("operator-: x", x, y, [is_float](auto bits) {
    using Bits = decltype(bits);
    constexpr auto sign = static_cast<Bits>(Bits{1} << (8 * sizeof(Bits) - 1));
    return is_float ? static_cast<Bits>(bits ^ sign) : static_cast<Bits>(Bits{0} - bits);
  });
}

template <class X>
array_of<X> negated(const X &x) {
  array_of<X> y = array_like("operator-: x", x);
  const input_of<X> in(x);
  negate(*in.get(), y.tensor());
  return y;
}

inline std::string shape_text(const std::vector<std::int64_t> &shape) {
  std::string text;
  for (std::int64_t extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "[" + text + "]";
}

inline std::size_t axis_from_front(const char *what, int axis, std::size_t dimensions) {
  const int n = static_cast<int>(dimensions);
  if (axis < -n || axis >= n) {
    throw error(SLOPEWISE_INVALID_ARGUMENT,
                std::string(what) + ": axis is " + std::to_string(axis) + " for " + std::to_string(n) + " dimensions");
  }
  return static_cast<std::size_t>(axis < 0 ? axis + n : axis);
}

/// The extents of a and b, one after the other at the axis.
inline std::vector<std::int64_t> concatenated(const DLTensor &a, const DLTensor &b, std::size_t axis) {
  std::vector<std::int64_t> shape = shape_of(a);
  const std::vector<std::int64_t> other = shape_of(b);
  bool fits = shape.size() == other.size();
  for (std::size_t d = 0; fits && d < shape.size(); d++) fits = d == axis || shape[d] == other[d];
  if (!fits) {
    throw error(SLOPEWISE_SHAPE_MISMATCH, "concat: b has shape " + shape_text(other) + ", expected that of a, " +
                                              shape_text(shape) + ", but for axis " + std::to_string(axis));
  }
  shape[axis] += other[axis];
  return shape;
}

/// Both into y, which is row-major.
inline void concat(const DLTensor &a, const DLTensor &b, std::size_t axis, const DLTensor &y) {
  const auto strides = strides_of(y);
  DLTensor part = y;
  part.strides = const_cast<std::int64_t *>(strides.data());
  part.shape = a.shape;
  copy("concat: a", a, part);
  part.shape = b.shape;
  part.byte_offset = static_cast<std::size_t>(a.shape[axis] * strides[axis]) * item_size(y.dtype);
  copy("concat: b", b, part);
}

}  // namespace detail

/// a and b one after the other along `axis` (negative: from the end). The same element type, and the same shape but for
/// the axis.
template <class A, class B, class = detail::if_tensor<B>>
[[nodiscard]] detail::array_of<A> concat(const A &a, const B &b, int axis = 0) {
  const detail::input_of<A> first(a);
  const detail::input_of<B> second(b);
  const DLTensor &s = *first.get(), &t = *second.get();
  detail::require_cpu("concat: a", s, "copy it from there");
  detail::require_cpu("concat: b", t, "copy it from there");
  if (s.dtype.code != t.dtype.code || s.dtype.bits != t.dtype.bits || s.dtype.lanes != t.dtype.lanes) {
    throw error(SLOPEWISE_DTYPE_MISMATCH, "concat: a and b have different element types");
  }
  const std::size_t at = detail::axis_from_front("concat", axis, detail::shape_of(s).size());
  using element = typename detail::array_of<A>::value_type;
  auto y = detail::new_array<element>(detail::concatenated(s, t, at), s.dtype);
  detail::concat(s, t, at, y.tensor());
  return y;
}

/// Each element negated as crelu does it: -0 of 0, and the most negative integer of itself.
template <class T>
[[nodiscard]] array<T> operator-(const array<T> &x) {
  return detail::negated(x);
}
template <class T>
[[nodiscard]] array<std::remove_cv_t<T>> operator-(const view<T> &x) {
  return detail::negated(x);
}

}  // namespace slopewise
