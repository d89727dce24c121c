// What the modules of nn.hpp share: training and evaluation, what a forward call keeps, and backward.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "slopewise/slopewise.hpp"

namespace slopewise::detail {

/// A tensor of the caller's, on a device.
struct reference {
  explicit reference(const DLTensor &t) : dl(t), shape(shape_of(t)), strides(strides_of(t)) {}

  DLTensor tensor() const noexcept {
    DLTensor t = dl;
    t.shape = const_cast<std::int64_t *>(shape.data());
    t.strides = const_cast<std::int64_t *>(strides.data());
    return t;
  }

  DLTensor dl;
  std::vector<std::int64_t> shape, strides;
};

/// The tensor that backward needs: an array's memory is shared, other memory copied, a device's referred to.
using kept_tensor = std::variant<owned, reference>;

template <class X>
array_of<X> array_from(const char *what, const X &x) {
  if constexpr (std::is_base_of_v<owned, X>) {
    return x;
  } else {
    array_of<X> y = array_like(what, x);
    const input_of<X> in(x);
    copy(what, *in.get(), y.tensor());
    return y;
  }
}

template <class X>
kept_tensor keep(const X &x) {
  const input_of<X> in(x);
  if (!on_cpu(*in.get())) return reference(*in.get());
  return owned(array_from("a kept tensor", x));
}

/// `Module` gives
///   name, bound                        and what must not be negative in place; nullptr: nothing
///   settings()                         what a forward call takes beside tensors, and its backward takes again
///   needs_input(settings)              whether backward cannot do with the output
///   forward(x, settings, y, options)   the C function of the mode
///   go_back(grad_y, saved, is_output, settings, grad_x, options)
template <class Module, class Settings>
class module_base {
public:
  /// Chooses training, in which a module starts: a call keeps what backward needs.
  Module &train(bool on = true) {
    training = on;
    if (!training) last.reset();
    return self();
  }
  /// Chooses evaluation, in which calls keep nothing and change nothing in the module. What was kept is let go.
  Module &eval() { return train(false); }
  bool is_training() const noexcept { return training; }

  /// A new array; with `inplace` x is overwritten as well, and an array x shares its memory with the result.
  template <class X, class = if_tensor<X>>
  auto operator()(X &&x, const options_argument &o = {}) {
    const std::string what = std::string(Module::name) + ": x";
    if (self().overwrites()) return in_place(what.c_str(), x, o);
    array_of<X> y = self().result_for(what.c_str(), x);
    (*this)(x, y, o.get());
    return y;
  }

  /// Into y, which may be x. On a device, backward refers to y (or to x, where it needs the input): it must stay there
  /// unchanged. Other memory that no array owns is copied for it in training.
  template <class X, class Y, class = if_tensor<Y>>
  void operator()(const X &x, Y &&y, const options_argument &o = {}) {
    const output_of<Y> out(y);
    const input_of<X> in(x);
    if (!training) return check(self().forward(in.get(), self().settings(), out.get(), o.get()));
    last.reset();
    const Settings settings = self().settings();
    const bool from_output = !self().needs_input(settings);
    if (!from_output) refuse_in_place(*in.get(), *out.get());
    check(self().forward(in.get(), settings, out.get(), o.get()));
    last.emplace(call{from_output ? keep(y) : keep(x), from_output, settings});
  }

  /// The gradient of the last forward call in training, whatever has changed in the module since.
  template <class G, class = if_tensor<G>>
  [[nodiscard]] array_of<G> backward(const G &grad_y, const options_argument &o = {}) const {
    const std::string what = std::string(Module::name) + ".backward: grad_y";
    const input_of<G> g(grad_y);
    require_cpu(what.c_str(), *g.get(), "give an output on the device: backward(grad_y, grad_x)");
    const DLTensor kept = saved();
    auto grad_x = new_array<typename array_of<G>::value_type>(shape_of(kept), g.get()->dtype);
    backward(grad_y, grad_x, o.get());
    return grad_x;
  }
  /// Into grad_x, which may be grad_y where the shapes are the same.
  template <class G, class X, class = if_tensor<X>>
  void backward(const G &grad_y, X &&grad_x, const options_argument &o = {}) const {
    const DLTensor kept = saved();
    const output_of<X> out(grad_x);
    const input_of<G> g(grad_y);
    check(Module::go_back(g.get(), &kept, last->is_output, last->settings, out.get(), o.get()));
  }

protected:
  module_base() = default;
  ~module_base() = default;
  /// A copy is another module, with no forward call yet.
  module_base(const module_base &other) noexcept : training(other.training) {}
  module_base(module_base &&other) noexcept : training(other.training), last(std::exchange(other.last, std::nullopt)) {}
  module_base &operator=(module_base &&other) noexcept {
    training = other.training;
    last = std::exchange(other.last, std::nullopt);
    return *this;
  }
  module_base &operator=(const module_base &other) noexcept { return *this = module_base(other); }

  template <class X>
  array_of<X> result_for(const char *what, const X &x) const {
    return array_like(what, x);
  }
  bool overwrites() const noexcept { return false; }

private:
  struct call {
    kept_tensor saved;
    bool is_output;
    Settings settings;
  };

  Module &self() noexcept { return static_cast<Module &>(*this); }

  template <class X>
  array_of<X> in_place(const char *what, X &x, const options_argument &o) {
    if constexpr (std::is_const_v<typename operand<X>::element>) {
      throw error(SLOPEWISE_INVALID_ARGUMENT, std::string(what) + " is const, and inplace is set");
    } else {
      require_cpu(what, *input_of<X>(x).get(), "in place on a device is m(x, x)");
      (*this)(x, x, o.get());
      if (training) return array_of<X>(array<void>(std::get<owned>(last->saved)));
      return array_from(what, x);
    }
  }

  static void refuse_in_place(const DLTensor &x, const DLTensor &y) {
    if (!Module::bound || !x.data || x.data != y.data || x.byte_offset != y.byte_offset) return;
    throw error(SLOPEWISE_INVALID_ARGUMENT, std::string(Module::name) + ": " + Module::bound +
                                                " is negative, so that backward needs x, which this call in place "
                                                "overwrites; give another output, or call eval() first");
  }

  DLTensor saved() const {
    if (!last) {
      throw error(SLOPEWISE_INVALID_ARGUMENT,
                  std::string(Module::name) + ".backward: there was no forward call in training to go back through");
    }
    return std::visit([](const auto &kept) { return kept.tensor(); }, last->saved);
  }

  bool training = true;
  std::optional<call> last;
};

}  // namespace slopewise::detail
