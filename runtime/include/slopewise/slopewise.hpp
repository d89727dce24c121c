// Slopewise for C++17: the C functions of slopewise.h over ranges and strided views, with exceptions for errors.
//
// A range is anything contiguous with std::data and std::size: std::vector, std::array, std::span, a plain array. Its
// element type is float, double, std::int8_t ... std::int64_t, std::uint8_t, slopewise::f16 or slopewise::bf16. Tensors
// of other shapes are slopewise::view. What each function computes is in docs/contract.md.
//
// Operands of one call have the same element type and the same shape, but where a function says otherwise; a range has
// one dimension. Every function throws slopewise::error where the C function fails; nothing is written then. The last
// argument is NULL or the address of slopewise::options.
#pragma once

#if __cplusplus < 201703L
#error "slopewise/slopewise.hpp needs C++17: compile with -std=c++17 or later"
#else

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "slopewise/slopewise.h"

namespace slopewise {

/// A 16-bit float by its bits.
enum class f16 : std::uint16_t {};
enum class bf16 : std::uint16_t {};

/// A failed call: what() is the library's message.
class error : public std::runtime_error {
public:
  error(slopewise_status status, const std::string &message) : std::runtime_error(message), code(status) {}
  slopewise_status status() const noexcept { return code; }

private:
  slopewise_status code;
};

/// Bounds, seed and index of the random slopes; see slopewise_rrelu_params.
struct rrelu_params {
  double lower = 1.0 / 8, upper = 1.0 / 3;
  std::uint64_t seed = 0, stream = 0, offset = 0;
  std::vector<std::int64_t> index_strides;  ///< one a dimension; empty: the row-major strides of the tensor's own shape
  const std::uint64_t *key = nullptr;

  slopewise_rrelu_params c() const noexcept {
    return {lower, upper, seed, stream, offset, index_strides.empty() ? nullptr : index_strides.data(), key};
  }
};

/// slopewise_options with its size set and all else default.
struct options : slopewise_options {
  options() noexcept : slopewise_options{} { struct_size = sizeof(slopewise_options); }
};

namespace detail {

template <class T>
constexpr DLDataType dtype() noexcept {
  using U = std::remove_cv_t<T>;
  constexpr auto bits = static_cast<std::uint8_t>(8 * sizeof(U));
  if constexpr (std::is_same_v<U, f16>) {
    return {kDLFloat, 16, 1};
  } else if constexpr (std::is_same_v<U, bf16>) {
    return {kDLBfloat, 16, 1};
  } else if constexpr (std::is_floating_point_v<U>) {
    return {kDLFloat, bits, 1};
  } else {
    static_assert(std::is_integral_v<U> && !std::is_same_v<U, bool>, "not an element type of Slopewise");
    return {std::is_signed_v<U> ? kDLInt : kDLUInt, bits, 1};
  }
}

inline void check(slopewise_status status) {
  if (status != SLOPEWISE_OK) throw error(status, slopewise_last_error());
}

}  // namespace detail

/// A strided N-dimensional tensor in memory that it does not own. Strides are in elements and may be negative; inputs
/// may have stride 0.
template <class T>
class view {
public:
  using element_type = T;

  /// Row-major.
  view(T *data, std::vector<std::int64_t> extents) : view(data, std::move(extents), {}) {}

  view(T *data, std::vector<std::int64_t> extents, std::vector<std::int64_t> element_strides)
      : first(data), shape(std::move(extents)), strides(std::move(element_strides)) {
    if (!strides.empty() && strides.size() != shape.size()) {
      throw error(SLOPEWISE_INVALID_ARGUMENT, "view: " + std::to_string(strides.size()) + " strides for " +
                                                  std::to_string(shape.size()) + " dimensions");
    }
  }

  /// Points into this view, which must outlive it.
  DLTensor tensor() const noexcept {
    void *data = const_cast<std::remove_cv_t<T> *>(first);
    auto *stride = strides.empty() ? nullptr : const_cast<std::int64_t *>(strides.data());
    return {data,
            {kDLCPU, 0},
            static_cast<int>(shape.size()),
            detail::dtype<T>(),
            const_cast<std::int64_t *>(shape.data()),
            stride,
            0};
  }

private:
  T *first;
  std::vector<std::int64_t> shape, strides;
};

namespace detail {

/// A range or a view as a DLTensor that lives as long as this.
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

template <class T>
class operand<const view<T>> {
public:
  using element = T;

  explicit operand(const view<T> &v) : dl(v.tensor()) {}
  const DLTensor *get() const noexcept { return &dl; }

private:
  DLTensor dl;
};

template <class T>
class operand<view<T>> : public operand<const view<T>> {
  using operand<const view<T>>::operand;
};

template <class X>
using input_of = operand<const X>;

template <class X>
class output_of : public operand<std::remove_reference_t<X>> {
  using base = operand<std::remove_reference_t<X>>;
  static_assert(!std::is_const_v<typename base::element>, "an output's elements must not be const");

public:
  using base::base;
};

/// The C call reads one index stride a dimension.
template <class Operand>
slopewise_rrelu_params params_for(const rrelu_params &p, const Operand &tensor) {
  const auto dimensions = static_cast<std::size_t>(tensor.get()->ndim);
  if (!p.index_strides.empty() && p.index_strides.size() != dimensions) {
    throw error(SLOPEWISE_INVALID_ARGUMENT, "rrelu: " + std::to_string(p.index_strides.size()) + " index strides for " +
                                                std::to_string(dimensions) + " dimensions");
  }
  return p.c();
}

}  // namespace detail

/// y = x < 0 ? 0 : x; NaN and -0 pass. y may be x.
template <class X, class Y>
void relu(const X &x, Y &&y, const slopewise_options *o = nullptr) {
  detail::input_of<X> in(x);
  detail::output_of<Y> out(y);
  detail::check(slopewise_relu(in.get(), out.get(), o));
}

/// grad_x = saved <= 0 ? 0 : grad_y; `saved` is x or y. grad_x may be grad_y.
template <class G, class S, class X>
void relu_backward(const G &grad_y, const S &saved, X &&grad_x, const slopewise_options *o = nullptr) {
  detail::input_of<G> g(grad_y);
  detail::input_of<S> s(saved);
  detail::output_of<X> out(grad_x);
  detail::check(slopewise_relu_backward(g.get(), s.get(), out.get(), o));
}

/// y = x <= 0 ? x * slope : x. y may be x.
template <class X, class Y>
void leaky_relu(const X &x, double slope, Y &&y, const slopewise_options *o = nullptr) {
  detail::input_of<X> in(x);
  detail::output_of<Y> out(y);
  detail::check(slopewise_leaky_relu(in.get(), slope, out.get(), o));
}

/// Which tensor of the forward call a backward form is given.
enum class saved_tensor { input, output };

/// grad_x = saved > 0 ? grad_y : grad_y * slope. From the output, slope must not be negative.
template <class G, class S, class X>
void leaky_relu_backward(const G &grad_y, const S &saved, double slope, X &&grad_x,
                         saved_tensor which = saved_tensor::input, const slopewise_options *o = nullptr) {
  detail::input_of<G> g(grad_y);
  detail::input_of<S> s(saved);
  detail::output_of<X> out(grad_x);
  int is_output = which == saved_tensor::output;
  detail::check(slopewise_leaky_relu_backward(g.get(), s.get(), is_output, slope, out.get(), o));
}

/// Training RReLU: y = x <= 0 ? x * r : x with a random slope r for each element. y may be x.
template <class X, class Y>
void rrelu(const X &x, const rrelu_params &p, Y &&y, const slopewise_options *o = nullptr) {
  detail::input_of<X> in(x);
  detail::output_of<Y> out(y);
  slopewise_rrelu_params c = detail::params_for(p, in);
  detail::check(slopewise_rrelu(in.get(), &c, out.get(), nullptr, o));
}

/// The same, with r where x <= 0 and 1 elsewhere written to `noise`.
template <class X, class Y, class N>
void rrelu_with_noise(const X &x, const rrelu_params &p, Y &&y, N &&noise, const slopewise_options *o = nullptr) {
  detail::input_of<X> in(x);
  detail::output_of<Y> out(y);
  detail::output_of<N> written(noise);
  slopewise_rrelu_params c = detail::params_for(p, in);
  detail::check(slopewise_rrelu(in.get(), &c, out.get(), written.get(), o));
}

/// Evaluation: leaky ReLU with the midpoint of the bounds. y may be x.
template <class X, class Y>
void rrelu_eval(const X &x, double lower, double upper, Y &&y, const slopewise_options *o = nullptr) {
  detail::input_of<X> in(x);
  detail::output_of<Y> out(y);
  detail::check(slopewise_rrelu_eval(in.get(), lower, upper, out.get(), o));
}

/// The gradient of rrelu with the slopes of the forward call, regenerated from the same params. From the output, the
/// lower bound must not be negative. grad_x may be grad_y.
template <class G, class S, class X>
void rrelu_backward(const G &grad_y, const S &saved, const rrelu_params &p, X &&grad_x,
                    saved_tensor which = saved_tensor::input, const slopewise_options *o = nullptr) {
  detail::input_of<G> g(grad_y);
  detail::input_of<S> s(saved);
  detail::output_of<X> out(grad_x);
  slopewise_rrelu_params c = detail::params_for(p, g);
  int is_output = which == saved_tensor::output;
  detail::check(slopewise_rrelu_backward(g.get(), s.get(), is_output, &c, out.get(), o));
}

/// grad_x = grad_y * noise. grad_x may be grad_y.
template <class G, class N, class X>
void rrelu_backward_noise(const G &grad_y, const N &noise, X &&grad_x, const slopewise_options *o = nullptr) {
  detail::input_of<G> g(grad_y);
  detail::input_of<N> n(noise);
  detail::output_of<X> out(grad_x);
  detail::check(slopewise_rrelu_backward_noise(g.get(), n.get(), out.get(), o));
}

/// y = relu(x) and relu(-x) concatenated along `axis`: y is twice as long there.
template <class X, class Y>
void crelu(const X &x, int axis, Y &&y, const slopewise_options *o = nullptr) {
  detail::input_of<X> in(x);
  detail::output_of<Y> out(y);
  detail::check(slopewise_crelu(in.get(), axis, out.get(), o));
}

/// The gradient of crelu: grad_y is twice as long as x along `axis`.
template <class G, class X, class D>
void crelu_backward(const G &grad_y, const X &x, int axis, D &&grad_x, const slopewise_options *o = nullptr) {
  detail::input_of<G> g(grad_y);
  detail::input_of<X> in(x);
  detail::output_of<D> out(grad_x);
  detail::check(slopewise_crelu_backward(g.get(), in.get(), axis, out.get(), o));
}

}  // namespace slopewise

#endif
