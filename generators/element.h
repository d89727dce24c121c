// What every generator here shares: the element type, its conversions on the target, and row-shaped buffers.
#pragma once

#include <slopewise/halide.h>

namespace slopewise::generators {

using namespace Halide;

/// f16 instructions of the target; without them the integer conversions of storage.h.
inline halide::conversions conversions_of(const Target &t) { return {t.has_feature(Target::F16C)}; }

/// Rows of contiguous elements at a run-time row stride, beginning at zero.
template <class Buffer>
void constrain_rows(Buffer &buffer) {
    for (int d = 0; d < buffer.dimensions(); d++) buffer.dim(d).set_min(0);
}

/// `vectors` natural vectors of the type at a time.
inline int lanes_of(const Target &t, Type element, int vectors) { return t.natural_vector_size(element) * vectors; }

}  // namespace slopewise::generators
