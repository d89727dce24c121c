// PyTorch's rectifier modules (torch.nn) for C++17. docs/from-pytorch.md sets the two side by side.
//
//     slopewise::nn::seed(42);
//     slopewise::nn::rrelu m(0.1, 0.3);
//     auto y = m(x);                       // an array; training: random slopes, others in each call
//     auto grad_x = m.backward(grad_y);    // with the slopes of that call, which nothing stores
//
// A module is a value. Different modules may be used by different threads. One module is used by one thread at a time,
// but for calls in evaluation: they change nothing in it, so that any number of threads may make them at once.
#pragma once

#if __cplusplus < 201703L
#error "slopewise/nn.hpp needs C++17: compile with -std=c++17 or later"
#else

#include <charconv>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "slopewise/module.hpp"

namespace slopewise {
namespace detail {

/// Where the streams of a module begin.
struct module_number {
  std::uint64_t seed, number;
};

/// One in the process; any thread may ask.
class module_numbers {
public:
  void restart(std::uint64_t new_seed) {
    const std::lock_guard lock(guard);
    seed = new_seed;
    count = 0;
  }
  module_number take() {
    const std::lock_guard lock(guard);
    return {seed, count++};
  }

private:
  std::mutex guard;
  std::uint64_t seed = 0, count = 0;
};

/// Visible, so that libraries that hide their symbols count together.
SLOPEWISE_API inline module_numbers numbers_of_modules;

/// A module's number and its calls. A copy takes a new number; what was moved from takes one when it needs one.
class call_counter {
public:
  call_counter() : mine(numbers_of_modules.take()) {}
  call_counter(const call_counter &) : call_counter() {}
  call_counter(call_counter &&other) noexcept
      : mine(std::exchange(other.mine, std::nullopt)), calls(std::exchange(other.calls, 0)) {}
  call_counter &operator=(call_counter other) noexcept {
    std::swap(mine, other.mine);
    std::swap(calls, other.calls);
    return *this;
  }

  slopewise_rrelu_params key(double lower, double upper) {
    if (!mine) mine = numbers_of_modules.take();
    return {lower, upper, mine->seed, (mine->number << 32) + calls, 0, nullptr, nullptr};
  }
  void count() noexcept { calls++; }

private:
  std::optional<module_number> mine;
  std::uint64_t calls = 0;
};

/// As Python prints it: the shortest that reads back the same, with a point or an exponent.
inline std::string python_number(double value) {
  const double size = std::fabs(value);
  const bool fixed = size == 0 || (size >= 1e-4 && size < 1e16);
  char text[32];
  const char *end =
      std::to_chars(text, text + sizeof text, value, fixed ? std::chars_format::fixed : std::chars_format::scientific)
          .ptr;
  const bool whole = fixed && size == std::floor(size);
  return std::string(text, static_cast<std::size_t>(end - text)) + (whole ? ".0" : "");
}

struct no_settings {};

}  // namespace detail

namespace nn {

/// Modules made from here on take `value` as their seed and are numbered from 0; those made before keep theirs. Without
/// it the seed is 0. Only modules with random slopes are numbered: call c of module n has stream (n << 32) + c.
inline void seed(std::uint64_t value) { slopewise::detail::numbers_of_modules.restart(value); }

class relu : public slopewise::detail::module_base<relu, slopewise::detail::no_settings> {
public:
  bool inplace;

  explicit relu(bool in_place = false) : inplace(in_place) {}

  friend std::ostream &operator<<(std::ostream &out, const relu &m) {
    return out << (m.inplace ? "ReLU(inplace=True)" : "ReLU()");
  }

private:
  friend class slopewise::detail::module_base<relu, slopewise::detail::no_settings>;
  static constexpr const char *name = "relu", *bound = nullptr;

  bool overwrites() const noexcept { return inplace; }
  static slopewise::detail::no_settings settings() noexcept { return {}; }
  static bool needs_input(slopewise::detail::no_settings) noexcept { return false; }
  static slopewise_status forward(const DLTensor *x, slopewise::detail::no_settings, const DLTensor *y,
                                  const slopewise_options *o) {
    return slopewise_relu(x, y, o);
  }
  static slopewise_status go_back(const DLTensor *grad_y, const DLTensor *saved, bool, slopewise::detail::no_settings,
                                  const DLTensor *grad_x, const slopewise_options *o) {
    return slopewise_relu_backward(grad_y, saved, grad_x, o);
  }
};

class leaky_relu : public slopewise::detail::module_base<leaky_relu, double> {
public:
  double negative_slope;
  bool inplace;

  explicit leaky_relu(double slope = 0.01, bool in_place = false) : negative_slope(slope), inplace(in_place) {}

  friend std::ostream &operator<<(std::ostream &out, const leaky_relu &m) {
    return out << "LeakyReLU(negative_slope=" << slopewise::detail::python_number(m.negative_slope)
               << (m.inplace ? ", inplace=True)" : ")");
  }

private:
  friend class slopewise::detail::module_base<leaky_relu, double>;
  static constexpr const char *name = "leaky_relu", *bound = "negative_slope";

  bool overwrites() const noexcept { return inplace; }
  double settings() const noexcept { return negative_slope; }
  static bool needs_input(double slope) noexcept { return slope < 0; }
  static slopewise_status forward(const DLTensor *x, double slope, const DLTensor *y, const slopewise_options *o) {
    return slopewise_leaky_relu(x, slope, y, o);
  }
  static slopewise_status go_back(const DLTensor *grad_y, const DLTensor *saved, bool is_output, double slope,
                                  const DLTensor *grad_x, const slopewise_options *o) {
    return slopewise_leaky_relu_backward(grad_y, saved, is_output, slope, grad_x, o);
  }
};

/// Training: random slopes of [lower, upper), others in each call; evaluation: the midpoint.
class rrelu : public slopewise::detail::module_base<rrelu, slopewise_rrelu_params> {
public:
  double lower, upper;
  bool inplace;

  explicit rrelu(double low = 1.0 / 8, double high = 1.0 / 3, bool in_place = false)
      : lower(low), upper(high), inplace(in_place) {}

  friend std::ostream &operator<<(std::ostream &out, const rrelu &m) {
    return out << "RReLU(lower=" << slopewise::detail::python_number(m.lower)
               << ", upper=" << slopewise::detail::python_number(m.upper) << (m.inplace ? ", inplace=True)" : ")");
  }

private:
  friend class slopewise::detail::module_base<rrelu, slopewise_rrelu_params>;
  static constexpr const char *name = "rrelu", *bound = "lower";

  bool overwrites() const noexcept { return inplace; }
  slopewise_rrelu_params settings() {
    return is_training() ? counter.key(lower, upper) : slopewise_rrelu_params{lower, upper, 0, 0, 0, nullptr, nullptr};
  }
  static bool needs_input(const slopewise_rrelu_params &p) noexcept { return p.lower < 0; }
  slopewise_status forward(const DLTensor *x, const slopewise_rrelu_params &p, const DLTensor *y,
                           const slopewise_options *o) {
    if (!is_training()) return slopewise_rrelu_eval(x, p.lower, p.upper, y, o);
    const slopewise_status status = slopewise_rrelu(x, &p, y, nullptr, o);
    if (status == SLOPEWISE_OK) counter.count();
    return status;
  }
  static slopewise_status go_back(const DLTensor *grad_y, const DLTensor *saved, bool is_output,
                                  const slopewise_rrelu_params &p, const DLTensor *grad_x, const slopewise_options *o) {
    return slopewise_rrelu_backward(grad_y, saved, is_output, &p, grad_x, o);
  }

  slopewise::detail::call_counter counter;
};

/// concat(m(x), m(-x), axis) of m = relu(), in one pass. Without an axis: 1, the channels; of one dimension 0.
class crelu : public slopewise::detail::module_base<crelu, std::optional<int>> {
public:
  std::optional<int> axis;

  crelu() = default;
  explicit crelu(int at) : axis(at) {}

  friend std::ostream &operator<<(std::ostream &out, const crelu &m) {
    return out << "CReLU(dim=" << m.axis.value_or(1) << ")";
  }

private:
  friend class slopewise::detail::module_base<crelu, std::optional<int>>;
  static constexpr const char *name = "crelu", *bound = nullptr;

  static int axis_for(const DLTensor *x, std::optional<int> at) noexcept {
    return at.value_or(x && x->ndim == 1 ? 0 : 1);
  }

  template <class X>
  slopewise::detail::array_of<X> result_for(const char *what, const X &x) const {
    return slopewise::detail::array_twice_as_long(what, x, axis.value_or(slopewise::detail::default_axis(x)));
  }
  std::optional<int> settings() const noexcept { return axis; }
  static bool needs_input(std::optional<int>) noexcept { return true; }
  static slopewise_status forward(const DLTensor *x, std::optional<int> at, const DLTensor *y,
                                  const slopewise_options *o) {
    return slopewise_crelu(x, axis_for(x, at), y, o);
  }
  static slopewise_status go_back(const DLTensor *grad_y, const DLTensor *x, bool, std::optional<int> at,
                                  const DLTensor *grad_x, const slopewise_options *o) {
    return slopewise_crelu_backward(grad_y, x, axis_for(x, at), grad_x, o);
  }
};

}  // namespace nn
}  // namespace slopewise

#endif
