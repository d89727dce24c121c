// A valid call of any of the ten functions, for tests to spoil and to repeat under other conditions.
#pragma once

#include <deque>
#include <iterator>
#include <ostream>

#include <slopewise/signatures.hpp>

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

/// One of them, as the library describes it.
struct function {
    const signature *of;
    const char *name;
    std::vector<const char *> arguments;  // the tensors' names
    size_t inputs;
    size_t long_one;  // crelu: which tensor is twice as long; else none
    bool random, bounded, sloped, saves;

    explicit function(const signature &s)
        : of(&s),
          name(s.name),
          arguments(s.tensors, s.tensors + s.count()),
          inputs(size_t(s.inputs)),
          long_one(size_t(s.long_one)),
          random(s.has(signature::random)),
          bounded(s.has(signature::bounds)),
          sloped(s.has(signature::slope)),
          saves(s.has(signature::saved)) {}

    slopewise_status run(const scene &s) const {
        return of->call(s.given.data(), {s.slope, random ? s.given_params : &s.params, s.axis, s.saved_is_output, &s.options});
    }
    bool concatenates() const { return of->concatenates(); }
    bool takes_integers() const { return of->has(signature::integers); }
    bool takes_u8() const { return of->has(signature::u8); }
};

inline void PrintTo(const function &f, std::ostream *out) { *out << f.name; }

inline const std::vector<function> &functions() {
    static const std::vector<function> all(std::begin(signatures), std::end(signatures));
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
