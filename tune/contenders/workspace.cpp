#include "contenders/workspace.h"

#include <algorithm>

namespace slopewise::contenders {
namespace {

/// Of the inputs, then of the outputs.
struct array_sizes {
    int64_t bytes[4];
};

array_sizes sizes_of(operation op, element type, int64_t n) {
    int64_t one = n * size_of(type), half_of_traffic = one * traits_of(op).traffic / 2;
    int64_t first_in = op == operation::crelu_backward ? 2 * one : one, first_out = op == operation::crelu ? 2 * one : one;
    return {{std::max(first_in, half_of_traffic), traits_of(op).inputs == 2 ? one : 0, std::max(first_out, half_of_traffic),
             op == operation::rrelu_noise ? one : 0}};
}

}  // namespace

size_t workspace::held() const {
    size_t bytes = 0;
    for (const auto &a : arrays) bytes += a ? a->size() : 0;
    return bytes;
}

problem workspace::make(operation op, element type, int64_t n, bool in_place) {
    array_sizes s = sizes_of(op, type, n);
    problem p = {op, type, n, in_place, {input(0, s.bytes[0]), input(1, s.bytes[1])}, {output(0, s.bytes[2]), output(1, s.bytes[3])}};
    if (in_place) p.in[0] = p.out[0];
    return p;
}

size_t bytes_needed(operation op, element type, int64_t n) {
    array_sizes s = sizes_of(op, type, n);
    return size_t(s.bytes[0] + s.bytes[1] + s.bytes[2] + s.bytes[3]);
}

}  // namespace slopewise::contenders
