// Every operation as data: its name, its tensors, what else it takes, and how it is called. For programs that have the
// name of an operation and not the operation: the program slopewise, the tests and the benchmarks are written on this
// list.
#pragma once

#include <string_view>

#include "slopewise/slopewise.h"

namespace slopewise {

/// What a call takes beside its tensors. An operation looks at what is its own.
struct call_arguments {
  double slope = 0.01;
  const slopewise_rrelu_params *params = nullptr;  ///< of rrelu_eval the bounds alone, which then must be given
  int axis = 0;
  int saved_is_output = 0;
  const slopewise_options *options = nullptr;
};

struct signature {
  enum trait : unsigned {
    random = 1,     ///< takes params
    bounds = 2,     ///< looks at the bounds in them
    slope = 4,      ///< takes the slope
    saved = 8,      ///< takes saved_is_output
    integers = 16,  ///< takes signed integers beside floats
    u8 = 32,        ///< takes u8
  };
  using function = slopewise_status(const DLTensor *const *tensors, const call_arguments &arguments);

  const char *name;
  const char *tensors[4];  ///< in the order of the call, inputs first; then NULL
  int inputs;
  int long_one;  ///< which tensor is twice as long at the axis; -1: none
  unsigned traits;
  function *call;

  constexpr bool has(trait t) const { return (traits & t) != 0; }
  constexpr bool concatenates() const { return long_one >= 0; }
  /// How it uses memory and time, which measurements of a machine go by.
  constexpr const char *pattern() const {
    if (has(random)) return inputs == 1 ? "random" : "random_gradient";
    if (concatenates()) return long_one < inputs ? "concatenation_gradient" : "concatenation";
    return inputs == 1 ? "copy" : "gradient";
  }
  constexpr int count() const {
    int n = 0;
    while (n < 4 && tensors[n]) n++;
    return n;
  }
};

namespace detail {

using tensor_list = const DLTensor *const *;

inline slopewise_status relu(tensor_list t, const call_arguments &a) { return slopewise_relu(t[0], t[1], a.options); }
inline slopewise_status relu_backward(tensor_list t, const call_arguments &a) {
  return slopewise_relu_backward(t[0], t[1], t[2], a.options);
}
inline slopewise_status leaky_relu(tensor_list t, const call_arguments &a) {
  return slopewise_leaky_relu(t[0], a.slope, t[1], a.options);
}
inline slopewise_status leaky_relu_backward(tensor_list t, const call_arguments &a) {
  return slopewise_leaky_relu_backward(t[0], t[1], a.saved_is_output, a.slope, t[2], a.options);
}
inline slopewise_status rrelu(tensor_list t, const call_arguments &a) {
  return slopewise_rrelu(t[0], a.params, t[1], t[2], a.options);
}
inline slopewise_status rrelu_eval(tensor_list t, const call_arguments &a) {
  return slopewise_rrelu_eval(t[0], a.params->lower, a.params->upper, t[1], a.options);
}
inline slopewise_status rrelu_backward(tensor_list t, const call_arguments &a) {
  return slopewise_rrelu_backward(t[0], t[1], a.saved_is_output, a.params, t[2], a.options);
}
inline slopewise_status rrelu_backward_noise(tensor_list t, const call_arguments &a) {
  return slopewise_rrelu_backward_noise(t[0], t[1], t[2], a.options);
}
inline slopewise_status crelu(tensor_list t, const call_arguments &a) {
  return slopewise_crelu(t[0], a.axis, t[1], a.options);
}
inline slopewise_status crelu_backward(tensor_list t, const call_arguments &a) {
  return slopewise_crelu_backward(t[0], t[1], a.axis, t[2], a.options);
}

}  // namespace detail

/// One row an operation. rrelu's third tensor, the noise, may be NULL.
inline constexpr signature signatures[] = {
    {"relu", {"x", "y"}, 1, -1, signature::integers | signature::u8, detail::relu},
    {"relu_backward", {"grad_y", "x_or_y", "grad_x"}, 2, -1, 0, detail::relu_backward},
    {"leaky_relu", {"x", "y"}, 1, -1, signature::slope, detail::leaky_relu},
    {"leaky_relu_backward",
     {"grad_y", "saved", "grad_x"},
     2,
     -1,
     signature::slope | signature::saved,
     detail::leaky_relu_backward},
    {"rrelu", {"x", "y", "noise"}, 1, -1, signature::random | signature::bounds, detail::rrelu},
    {"rrelu_eval", {"x", "y"}, 1, -1, signature::bounds, detail::rrelu_eval},
    {"rrelu_backward",
     {"grad_y", "saved", "grad_x"},
     2,
     -1,
     signature::random | signature::bounds | signature::saved,
     detail::rrelu_backward},
    {"rrelu_backward_noise", {"grad_y", "noise", "grad_x"}, 2, -1, 0, detail::rrelu_backward_noise},
    {"crelu", {"x", "y"}, 1, 1, signature::integers, detail::crelu},
    {"crelu_backward", {"grad_y", "x", "grad_x"}, 2, 0, 0, detail::crelu_backward},
};

/// NULL if there is none.
constexpr const signature *find_signature(std::string_view name) {
  for (const signature &s : signatures) {
    if (name == s.name) return &s;
  }
  return nullptr;
}

}  // namespace slopewise
