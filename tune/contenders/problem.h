// What is measured: an operation on contiguous arrays of n elements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace slopewise::contenders {

enum class operation {
    relu,
    relu_backward,
    leaky_relu,
    leaky_relu_backward,
    rrelu,
    rrelu_noise,  ///< rrelu that writes its slopes too
    rrelu_eval,
    rrelu_backward,
    rrelu_backward_noise,
    crelu,
    crelu_backward
};

struct operation_traits {
    const char *name;
    const char *explained_as;  ///< its name in the library's own words
    int inputs;
    int traffic;  ///< in arrays of n elements, read and written
    bool integers, u8;
    bool random;
};

constexpr operation_traits traits[] = {
    {"relu", "relu", 1, 2, true, true, false},
    {"relu_backward", "relu_backward", 2, 3, false, false, false},
    {"leaky_relu", "leaky_relu", 1, 2, false, false, false},
    {"leaky_relu_backward", "leaky_relu_backward", 2, 3, false, false, false},
    {"rrelu", "rrelu", 1, 2, false, false, true},
    {"rrelu_noise", "rrelu", 1, 3, false, false, true},
    {"rrelu_eval", "rrelu_eval", 1, 2, false, false, false},
    {"rrelu_backward", "rrelu_backward", 2, 3, false, false, true},
    {"rrelu_backward_noise", "rrelu_backward_noise", 2, 3, false, false, false},
    {"crelu", "crelu", 1, 3, true, false, false},
    {"crelu_backward", "crelu_backward", 2, 4, false, false, false},
};
constexpr int operation_count = sizeof traits / sizeof traits[0];
inline const operation_traits &traits_of(operation op) { return traits[static_cast<int>(op)]; }

enum class element { f16, bf16, f32, f64, i8, i16, i32, i64, u8 };
constexpr const char *element_names[] = {"f16", "bf16", "f32", "f64", "i8", "i16", "i32", "i64", "u8"};
constexpr int64_t element_sizes[] = {2, 2, 4, 8, 1, 2, 4, 8, 1};
constexpr int element_count = 9;
inline const char *name_of(element t) { return element_names[static_cast<int>(t)]; }
inline int64_t size_of(element t) { return element_sizes[static_cast<int>(t)]; }

inline bool supports(operation op, element t) {
    if (t <= element::f64) return true;
    return t == element::u8 ? traits_of(op).u8 : traits_of(op).integers;
}

// Parameters that every contender gets, where its operation takes them.
constexpr double leaky_slope = 0.01, lower = 0.125, upper = 1.0 / 3;

/// An operation with its memory. Backward: in[0] is the gradient, in[1] what was saved; rrelu_noise: out[1] takes the noise.
/// The concatenated array of crelu, out[0] or in[0], is twice as long.
struct problem {
    operation op;
    element type;
    int64_t n;
    bool in_place;
    void *in[2];
    void *out[2];

    int64_t bytes_in_and_out() const { return traits_of(op).traffic * n * size_of(type); }
    int64_t output_bytes(int o) const {
        if (o == 1) return op == operation::rrelu_noise ? n * size_of(type) : 0;
        return (op == operation::crelu ? 2 : 1) * n * size_of(type);
    }
    bool is(operation o, element t) const { return op == o && type == t; }
};

}  // namespace slopewise::contenders
