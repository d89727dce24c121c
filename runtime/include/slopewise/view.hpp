// Strided tensors, and what the C++ functions take as an operand: ranges, views, arrays and DLTensors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "slopewise/element.hpp"
#include "slopewise/options.hpp"

namespace slopewise {

/// A strided N-dimensional tensor in memory that it does not own. Strides are in elements and may be negative; inputs
/// may have stride 0. On a device `data` is what a DLTensor has there: an address, or a cl_mem.
template <class T>
class view {
public:
  using element_type = T;

  /// Without strides: row-major.
  view(T *data, std::vector<std::int64_t> extents, std::vector<std::int64_t> element_strides = {},
       DLDevice device = {kDLCPU, 0})
      : first(data), shape(std::move(extents)), strides(std::move(element_strides)), place(device) {
    if (!strides.empty() && strides.size() != shape.size()) {
      throw error(SLOPEWISE_INVALID_ARGUMENT, "view: " + std::to_string(strides.size()) + " strides for " +
                                                  std::to_string(shape.size()) + " dimensions");
    }
  }

  /// Points into this view, which must outlive it.
  DLTensor tensor() const noexcept {
    void *data = const_cast<std::remove_cv_t<T> *>(first);
    auto *stride = strides.empty() ? nullptr : const_cast<std::int64_t *>(strides.data());
    return {data,   place, static_cast<int>(shape.size()), detail::dtype<T>(), const_cast<std::int64_t *>(shape.data()),
            stride, 0};
  }

private:
  T *first;
  std::vector<std::int64_t> shape, strides;
  DLDevice place;
};

template <class T>
class array;

namespace detail {

/// A range, view, array or DLTensor as a DLTensor that lives as long as this. `element` is void where only the DLTensor
/// knows it, and const where it must not be written.
template <class Range>
class operand {
public:
  using element = std::remove_pointer_t<decltype(std::data(std::declval<Range &>()))>;

  explicit operand(Range &range) : extent(static_cast<std::int64_t>(std::size(range))) {
    void *data = const_cast<std::remove_cv_t<element> *>(std::data(range));
    dl = {data, {kDLCPU, 0}, 1, dtype<element>(), &extent, nullptr, 0};
  }
  operand(const operand &) = delete;
  operand &operator=(const operand &) = delete;
  const DLTensor *get() const noexcept { return &dl; }

private:
  std::int64_t extent;
  DLTensor dl;
};

template <class Element>
class operand_of_tensor {
public:
  using element = Element;

  explicit operand_of_tensor(const DLTensor &tensor) : dl(tensor) {}
  const DLTensor *get() const noexcept { return &dl; }

private:
  DLTensor dl;
};

template <class T>
class operand<const view<T>> : public operand_of_tensor<T> {
public:
  explicit operand(const view<T> &v) : operand_of_tensor<T>(v.tensor()) {}
};
template <class T>
class operand<view<T>> : public operand<const view<T>> {
  using operand<const view<T>>::operand;
};

template <class T>
class operand<const array<T>> : public operand_of_tensor<const T> {
public:
  explicit operand(const array<T> &a) : operand_of_tensor<const T>(a.tensor()) {}
};
/// To be written: an array that shares its memory takes memory of its own here.
template <class T>
class operand<array<T>> : public operand_of_tensor<T> {
public:
  explicit operand(array<T> &a) : operand_of_tensor<T>((a.writable(), a.tensor())) {}
};

template <>
class operand<const DLTensor> : public operand_of_tensor<void> {
  using operand_of_tensor<void>::operand_of_tensor;
};
template <>
class operand<DLTensor> : public operand<const DLTensor> {
  using operand<const DLTensor>::operand;
};

template <class X>
using input_of = operand<const X>;

/// Made before the inputs, which an array in place would otherwise still show in the memory that it shares.
template <class X>
class output_of : public operand<std::remove_reference_t<X>> {
  using base = operand<std::remove_reference_t<X>>;
  static_assert(!std::is_const_v<typename base::element>, "an output's elements must not be const");

public:
  using base::base;
};

template <class X, class = void>
inline constexpr bool is_tensor = false;
template <class X>
inline constexpr bool
    is_tensor<X, std::void_t<decltype(std::data(std::declval<X &>()), std::size(std::declval<X &>()))>> = true;
template <class T>
inline constexpr bool is_tensor<view<T>> = true;
template <>
inline constexpr bool is_tensor<DLTensor> = true;

/// For overloads with an output and without.
template <class X>
using if_tensor = std::enable_if_t<is_tensor<std::remove_cv_t<std::remove_reference_t<X>>>>;

/// An owned result of the element type of X.
template <class X, class = if_tensor<X>>
using array_of = array<std::remove_cv_t<typename operand<const std::remove_reference_t<X>>::element>>;

}  // namespace detail
}  // namespace slopewise
