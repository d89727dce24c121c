// What is measured: an operation on contiguous arrays of n elements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <slopewise/signatures.hpp>
#include <string>
#include <string_view>

namespace slopewise::contenders {

constexpr int signature_count = sizeof signatures / sizeof signatures[0];

/// The place of an operation in signatures.hpp. Fails to compile where there is none of that name.
constexpr int index_of(std::string_view name) {
    for (int at = 0; at < signature_count; at++) {
        if (name == signatures[at].name) return at;
    }
    throw "no such operation";
}

/// Any of signatures.hpp. Those that something here is particular about have a name.
enum class operation {
    relu = index_of("relu"),
    relu_backward = index_of("relu_backward"),
    leaky_relu = index_of("leaky_relu"),
    leaky_relu_backward = index_of("leaky_relu_backward"),
    rrelu = index_of("rrelu"),
    rrelu_eval = index_of("rrelu_eval"),
    rrelu_backward = index_of("rrelu_backward"),
    rrelu_backward_noise = index_of("rrelu_backward_noise"),
    crelu = index_of("crelu"),
    crelu_backward = index_of("crelu_backward"),
    rrelu_noise = signature_count  ///< rrelu that writes its slopes too
};
constexpr int operation_count = signature_count + 1;

struct operation_traits {
    const signature *of;
    const char *name;
    int inputs, outputs;
    int traffic;  ///< in arrays of n elements, read and written
    bool integers, u8;
};

constexpr operation_traits traits_of(operation op) {
    bool noise = op == operation::rrelu_noise;
    const signature &s = signatures[noise ? index_of("rrelu") : int(op)];
    int outputs = noise ? 2 : 1;
    return {&s,
            noise ? "rrelu_noise" : s.name,
            s.inputs,
            outputs,
            s.inputs + outputs + s.concatenates(),
            s.has(signature::integers),
            s.has(signature::u8)};
}

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
    int64_t side = 0;  ///< of the square whose columns are the inputs' rows; 0: all lie alike

    int64_t bytes_in_and_out() const { return traits_of(op).traffic * n * size_of(type); }
    int64_t output_bytes(int o) const {
        if (o == 1) return op == operation::rrelu_noise ? n * size_of(type) : 0;
        return (op == operation::crelu ? 2 : 1) * n * size_of(type);
    }
    bool is(operation o, element t) const { return op == o && type == t; }
};

}  // namespace slopewise::contenders
