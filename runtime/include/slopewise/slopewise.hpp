// Slopewise for C++17: the C functions of slopewise.h over ranges and tensors, with exceptions for errors. docs/cpp.md
// is its page; slopewise/nn.hpp has modules over it.
//
// An operand is a range (anything contiguous with std::data and std::size: std::vector, std::array, std::span, a plain
// array), which has one dimension; a slopewise::view of strided memory, on a device too; a slopewise::array; or a
// DLTensor. Its element type is one of slopewise/element.hpp. What each function computes is in docs/contract.md.
//
// Operands of one call have the same element type and the same shape, but where a function says otherwise. A function
// that is given no output returns a new array of its first operand's element type; an output may be the operand that
// the function names. Every function throws slopewise::error where the C function fails; nothing is written then. The
// last argument is slopewise::options, their address, or NULL.
#pragma once

#if __cplusplus < 201703L
#error "slopewise/slopewise.hpp needs C++17: compile with -std=c++17 or later"
#else

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "slopewise/concat.hpp"

namespace slopewise {

namespace detail {

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

/// Channels, which are axis 1; of one dimension, axis 0.
template <class X>
int default_axis(const X &x) {
  return input_of<X>(x).get()->ndim == 1 ? 0 : 1;
}

/// An array for crelu of x.
template <class X>
array_of<X> array_twice_as_long(const char *what, const X &x, int axis) {
  const input_of<X> in(x);
  require_cpu(what, *in.get(), "give an output on the device");
  auto shape = shape_of(*in.get());
  shape[axis_from_front("crelu", axis, shape.size())] *= 2;
  return new_array<typename array_of<X>::value_type>(std::move(shape), in.get()->dtype);
}

}  // namespace detail

/// y = x < 0 ? 0 : x; NaN and -0 pass. y may be x.
template <class X, class Y, class = detail::if_tensor<Y>>
void relu(const X &x, Y &&y, const detail::options_argument &o = {}) {
  detail::output_of<Y> out(y);
  detail::input_of<X> in(x);
  detail::check(slopewise_relu(in.get(), out.get(), o.get()));
}
template <class X>
[[nodiscard]] detail::array_of<X> relu(const X &x, const detail::options_argument &o = {}) {
  auto y = detail::array_like("relu: x", x);
  relu(x, y, o.get());
  return y;
}

/// grad_x = saved <= 0 ? 0 : grad_y; `saved` is x or y. grad_x may be grad_y.
template <class G, class S, class X, class = detail::if_tensor<X>>
void relu_backward(const G &grad_y, const S &saved, X &&grad_x, const detail::options_argument &o = {}) {
  detail::output_of<X> out(grad_x);
  detail::input_of<G> g(grad_y);
  detail::input_of<S> s(saved);
  detail::check(slopewise_relu_backward(g.get(), s.get(), out.get(), o.get()));
}
template <class G, class S>
[[nodiscard]] detail::array_of<G> relu_backward(const G &grad_y, const S &saved,
                                                const detail::options_argument &o = {}) {
  auto grad_x = detail::array_like("relu_backward: grad_y", grad_y);
  relu_backward(grad_y, saved, grad_x, o.get());
  return grad_x;
}

/// y = x <= 0 ? x * slope : x. y may be x.
template <class X, class Y, class = detail::if_tensor<Y>>
void leaky_relu(const X &x, double slope, Y &&y, const detail::options_argument &o = {}) {
  detail::output_of<Y> out(y);
  detail::input_of<X> in(x);
  detail::check(slopewise_leaky_relu(in.get(), slope, out.get(), o.get()));
}
template <class X>
[[nodiscard]] detail::array_of<X> leaky_relu(const X &x, double slope = 0.01, const detail::options_argument &o = {}) {
  auto y = detail::array_like("leaky_relu: x", x);
  leaky_relu(x, slope, y, o.get());
  return y;
}

/// Which tensor of the forward call a backward form is given.
enum class saved_tensor { input, output };

/// grad_x = saved > 0 ? grad_y : grad_y * slope. From the output, slope must not be negative. grad_x may be grad_y.
template <class G, class S, class X, class = detail::if_tensor<X>>
void leaky_relu_backward(const G &grad_y, const S &saved, double slope, X &&grad_x,
                         saved_tensor which = saved_tensor::input, const detail::options_argument &o = {}) {
  detail::output_of<X> out(grad_x);
  detail::input_of<G> g(grad_y);
  detail::input_of<S> s(saved);
  int is_output = which == saved_tensor::output;
  detail::check(slopewise_leaky_relu_backward(g.get(), s.get(), is_output, slope, out.get(), o.get()));
}
template <class G, class S>
[[nodiscard]] detail::array_of<G> leaky_relu_backward(const G &grad_y, const S &saved, double slope,
                                                      saved_tensor which = saved_tensor::input,
                                                      const detail::options_argument &o = {}) {
  auto grad_x = detail::array_like("leaky_relu_backward: grad_y", grad_y);
  leaky_relu_backward(grad_y, saved, slope, grad_x, which, o.get());
  return grad_x;
}

/// Training RReLU: y = x <= 0 ? x * r : x with a random slope r for each element. The same params give the same slopes:
/// each call needs a stream of its own, which next(params) or a slopewise::nn::rrelu counts. y may be x.
template <class X, class Y, class = detail::if_tensor<Y>>
void rrelu(const X &x, const rrelu_params &p, Y &&y, const detail::options_argument &o = {}) {
  detail::output_of<Y> out(y);
  detail::input_of<X> in(x);
  slopewise_rrelu_params c = detail::params_for(p, in);
  detail::check(slopewise_rrelu(in.get(), &c, out.get(), nullptr, o.get()));
}
template <class X>
[[nodiscard]] detail::array_of<X> rrelu(const X &x, const rrelu_params &p, const detail::options_argument &o = {}) {
  auto y = detail::array_like("rrelu: x", x);
  rrelu(x, p, y, o.get());
  return y;
}

/// The same, with r where x <= 0 and 1 elsewhere written to `noise`.
template <class X, class Y, class N>
void rrelu_with_noise(const X &x, const rrelu_params &p, Y &&y, N &&noise, const detail::options_argument &o = {}) {
  detail::output_of<Y> out(y);
  detail::output_of<N> written(noise);
  detail::input_of<X> in(x);
  slopewise_rrelu_params c = detail::params_for(p, in);
  detail::check(slopewise_rrelu(in.get(), &c, out.get(), written.get(), o.get()));
}

/// Evaluation: leaky ReLU with the midpoint of the bounds; of params it takes the bounds alone. y may be x.
template <class X, class Y, class = detail::if_tensor<Y>>
void rrelu_eval(const X &x, double lower, double upper, Y &&y, const detail::options_argument &o = {}) {
  detail::output_of<Y> out(y);
  detail::input_of<X> in(x);
  detail::check(slopewise_rrelu_eval(in.get(), lower, upper, out.get(), o.get()));
}
template <class X, class Y, class = detail::if_tensor<Y>>
void rrelu_eval(const X &x, const rrelu_params &p, Y &&y, const detail::options_argument &o = {}) {
  rrelu_eval(x, p.lower, p.upper, y, o.get());
}
template <class X>
[[nodiscard]] detail::array_of<X> rrelu_eval(const X &x, const rrelu_params &p,
                                             const detail::options_argument &o = {}) {
  auto y = detail::array_like("rrelu_eval: x", x);
  rrelu_eval(x, p.lower, p.upper, y, o.get());
  return y;
}

/// The gradient of rrelu with the slopes of the forward call, regenerated from the same params. From the output, the
/// lower bound must not be negative. grad_x may be grad_y.
template <class G, class S, class X, class = detail::if_tensor<X>>
void rrelu_backward(const G &grad_y, const S &saved, const rrelu_params &p, X &&grad_x,
                    saved_tensor which = saved_tensor::input, const detail::options_argument &o = {}) {
  detail::output_of<X> out(grad_x);
  detail::input_of<G> g(grad_y);
  detail::input_of<S> s(saved);
  slopewise_rrelu_params c = detail::params_for(p, g);
  int is_output = which == saved_tensor::output;
  detail::check(slopewise_rrelu_backward(g.get(), s.get(), is_output, &c, out.get(), o.get()));
}
template <class G, class S>
[[nodiscard]] detail::array_of<G> rrelu_backward(const G &grad_y, const S &saved, const rrelu_params &p,
                                                 saved_tensor which = saved_tensor::input,
                                                 const detail::options_argument &o = {}) {
  auto grad_x = detail::array_like("rrelu_backward: grad_y", grad_y);
  rrelu_backward(grad_y, saved, p, grad_x, which, o.get());
  return grad_x;
}

/// grad_x = grad_y * noise. grad_x may be grad_y.
template <class G, class N, class X, class = detail::if_tensor<X>>
void rrelu_backward_noise(const G &grad_y, const N &noise, X &&grad_x, const detail::options_argument &o = {}) {
  detail::output_of<X> out(grad_x);
  detail::input_of<G> g(grad_y);
  detail::input_of<N> n(noise);
  detail::check(slopewise_rrelu_backward_noise(g.get(), n.get(), out.get(), o.get()));
}
template <class G, class N>
[[nodiscard]] detail::array_of<G> rrelu_backward_noise(const G &grad_y, const N &noise,
                                                       const detail::options_argument &o = {}) {
  auto grad_x = detail::array_like("rrelu_backward_noise: grad_y", grad_y);
  rrelu_backward_noise(grad_y, noise, grad_x, o.get());
  return grad_x;
}

/// y = relu(x) and relu(-x) concatenated along `axis`: y is twice as long there. Without an axis: 1, the channels; of
/// one dimension 0.
template <class X, class Y, class = detail::if_tensor<Y>>
void crelu(const X &x, int axis, Y &&y, const detail::options_argument &o = {}) {
  detail::output_of<Y> out(y);
  detail::input_of<X> in(x);
  detail::check(slopewise_crelu(in.get(), axis, out.get(), o.get()));
}
template <class X, class Y, class = detail::if_tensor<Y>>
void crelu(const X &x, Y &&y, const detail::options_argument &o = {}) {
  crelu(x, detail::default_axis(x), y, o.get());
}
template <class X>
[[nodiscard]] detail::array_of<X> crelu(const X &x, int axis, const detail::options_argument &o = {}) {
  auto y = detail::array_twice_as_long("crelu: x", x, axis);
  crelu(x, axis, y, o.get());
  return y;
}
template <class X>
[[nodiscard]] detail::array_of<X> crelu(const X &x, const detail::options_argument &o = {}) {
  return crelu(x, detail::default_axis(x), o.get());
}

/// The gradient of crelu: grad_y is twice as long as x along `axis`.
template <class G, class X, class D, class = detail::if_tensor<D>>
void crelu_backward(const G &grad_y, const X &x, int axis, D &&grad_x, const detail::options_argument &o = {}) {
  detail::output_of<D> out(grad_x);
  detail::input_of<G> g(grad_y);
  detail::input_of<X> in(x);
  detail::check(slopewise_crelu_backward(g.get(), in.get(), axis, out.get(), o.get()));
}
template <class G, class X, class D, class = detail::if_tensor<D>>
void crelu_backward(const G &grad_y, const X &x, D &&grad_x, const detail::options_argument &o = {}) {
  crelu_backward(grad_y, x, detail::default_axis(x), grad_x, o.get());
}
template <class G, class X>
[[nodiscard]] detail::array_of<X> crelu_backward(const G &grad_y, const X &x, int axis,
                                                 const detail::options_argument &o = {}) {
  auto grad_x = detail::array_like("crelu_backward: x", x);
  crelu_backward(grad_y, x, axis, grad_x, o.get());
  return grad_x;
}
template <class G, class X>
[[nodiscard]] detail::array_of<X> crelu_backward(const G &grad_y, const X &x, const detail::options_argument &o = {}) {
  return crelu_backward(grad_y, x, detail::default_axis(x), o.get());
}

}  // namespace slopewise

#endif
