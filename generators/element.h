// What every generator here shares: the element type, its conversions on the target, and row-shaped buffers.
#pragma once

#include <slopewise/halide.h>

namespace slopewise::generators {

using namespace Halide;

/// f16 instructions of the target; without them the integer conversions of storage.h.
inline halide::conversions conversions_of(const Target &t) { return {t.has_feature(Target::F16C)}; }

/// Declares buffers of elements: 16-bit floats as bits.
template <class... Buffers>
void store_as(Type element, Buffers &...buffers) {
    (buffers.set_type(halide::stored_type(element)), ...);
}

/// Kernels are called with buffers that begin at zero in every dimension; rows may lie at any stride.
template <class... Buffers>
void begin_at_zero(Buffers &...buffers) {
    auto constrain = [](auto &buffer) {
        for (int d = 0; d < buffer.dimensions(); d++) buffer.dim(d).set_min(0);
    };
    (constrain(buffers), ...);
}

/// `vectors` natural vectors of the type at a time.
inline int lanes_of(const Target &t, Type element, int vectors) { return t.natural_vector_size(element) * vectors; }

}  // namespace slopewise::generators
