// A valid call of any of the ten functions, for tests to spoil and to repeat under other conditions.
#pragma once

#include <deque>
#include <ostream>

#include "tensors.h"

namespace slopewise::test {

/// Everything that a call takes.
struct scene {
    std::deque<dl> tensors;               // in the order of the function's tensors; outputs last
    std::vector<const DLTensor *> given;  // what the call gets: those, or NULL
    slopewise_rrelu_params params = default_params();
    const slopewise_rrelu_params *given_params = &params;
    slopewise_options options = default_options();
    double slope = 0.25;
    int axis = 0, saved_is_output = 0;

    scene() = default;
    scene(const scene &) = delete;
    scene &operator=(const scene &) = delete;
};

struct function {
    const char *name;
    std::vector<const char *> arguments;  // the tensors' names
    size_t inputs;
    size_t long_one;  // crelu: which tensor is twice as long; else none
    bool random, bounded, sloped, saves;
    slopewise_status (*run)(const scene &);

    bool concatenates() const { return long_one != size_t(-1); }
    bool takes_integers() const { return std::string(name) == "relu" || std::string(name) == "crelu"; }
    bool takes_u8() const { return std::string(name) == "relu"; }
};

inline void PrintTo(const function &f, std::ostream *out) { *out << f.name; }

inline const std::vector<function> &functions() {
    constexpr size_t none = size_t(-1);
    static const std::vector<function> all = {
        {"relu",
         {"x", "y"},
         1,
         none,
         false,
         false,
         false,
         false,
         [](const scene &s) { return slopewise_relu(s.given[0], s.given[1], &s.options); }},
        {"relu_backward",
         {"grad_y", "x_or_y", "grad_x"},
         2,
         none,
         false,
         false,
         false,
         false,
         [](const scene &s) { return slopewise_relu_backward(s.given[0], s.given[1], s.given[2], &s.options); }},
        {"leaky_relu",
         {"x", "y"},
         1,
         none,
         false,
         false,
         true,
         false,
         [](const scene &s) { return slopewise_leaky_relu(s.given[0], s.slope, s.given[1], &s.options); }},
        {"leaky_relu_backward",
         {"grad_y", "saved", "grad_x"},
         2,
         none,
         false,
         false,
         true,
         true,
         [](const scene &s) {
             return slopewise_leaky_relu_backward(s.given[0], s.given[1], s.saved_is_output, s.slope, s.given[2], &s.options);
         }},
        {"rrelu",
         {"x", "y", "noise"},
         1,
         none,
         true,
         true,
         false,
         false,
         [](const scene &s) { return slopewise_rrelu(s.given[0], s.given_params, s.given[1], s.given[2], &s.options); }},
        {"rrelu_eval",
         {"x", "y"},
         1,
         none,
         false,
         true,
         false,
         false,
         [](const scene &s) { return slopewise_rrelu_eval(s.given[0], s.params.lower, s.params.upper, s.given[1], &s.options); }},
        {"rrelu_backward",
         {"grad_y", "saved", "grad_x"},
         2,
         none,
         true,
         true,
         false,
         true,
         [](const scene &s) {
             return slopewise_rrelu_backward(s.given[0], s.given[1], s.saved_is_output, s.given_params, s.given[2], &s.options);
         }},
        {"rrelu_backward_noise",
         {"grad_y", "noise", "grad_x"},
         2,
         none,
         false,
         false,
         false,
         false,
         [](const scene &s) { return slopewise_rrelu_backward_noise(s.given[0], s.given[1], s.given[2], &s.options); }},
        {"crelu",
         {"x", "y"},
         1,
         1,
         false,
         false,
         false,
         false,
         [](const scene &s) { return slopewise_crelu(s.given[0], s.axis, s.given[1], &s.options); }},
        {"crelu_backward",
         {"grad_y", "x", "grad_x"},
         2,
         0,
         false,
         false,
         false,
         false,
         [](const scene &s) { return slopewise_crelu_backward(s.given[0], s.given[1], s.axis, s.given[2], &s.options); }},
    };
    return all;
}

/// Contiguous tensors of `rows` x `columns`, or views with `pitch` elements from row to row. Inputs are negative in
/// every type, so that every function changes the pattern in its outputs.
inline void set_up(scene &s, const function &f, DLDataType type = f32, int64_t rows = 2, int64_t columns = 3, int64_t pitch = 0) {
    for (size_t i = 0; i < f.arguments.size(); i++) {
        int64_t height = i == f.long_one ? 2 * rows : rows;
        size_t bytes = size_t(height * (pitch ? pitch : columns)) * ((type.bits * type.lanes + 7u) / 8);
        std::vector<int64_t> strides;
        if (pitch) strides = {pitch, 1};
        s.tensors.emplace_back(std::vector<int64_t>{height, columns}, type, strides, bytes + 64);
        if (i < f.inputs) std::memset(s.tensors[i].data, 0xbc, bytes);
        s.given.push_back(&s.tensors[i]);
    }
}

/// All bytes of all tensors.
inline std::vector<std::vector<unsigned char>> bytes_of(const scene &s) {
    std::vector<std::vector<unsigned char>> bytes;
    for (const dl &t : s.tensors) bytes.push_back(*t.storage);
    return bytes;
}

}  // namespace slopewise::test
