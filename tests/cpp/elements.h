// Arrays of any element type as bits, and what the scalar reference makes of them.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <slopewise/nn.hpp>
#include <vector>

#include "support/reference.h"

namespace slopewise::test {

using bits = std::vector<uint64_t>;

template <class T>
constexpr dtype type_of() {
    constexpr DLDataType t = slopewise::detail::dtype<T>();
    constexpr bool is_float = t.code == kDLFloat;
    if (t.code == kDLBfloat) return dtype::bf16;
    if (t.code == kDLUInt) return dtype::u8;
    if (t.bits == 8) return dtype::i8;
    if (t.bits == 16) return is_float ? dtype::f16 : dtype::i16;
    if (t.bits == 32) return is_float ? dtype::f32 : dtype::i32;
    return is_float ? dtype::f64 : dtype::i64;
}

template <class T>
bits bits_of(const array<T> &a) {
    bits all;
    for (const T &element : a) all.push_back(load_bits(&element, type_of<T>()));
    return all;
}

/// Negative and positive elements of many sizes, both zeros, infinities and a NaN, or the extremes of an integer type.
template <class T>
array<T> sample(std::vector<int64_t> shape) {
    constexpr dtype t = type_of<T>();
    array<T> x(std::move(shape));
    T *to = x.writable();
    const double special[] = {-0.0, 0.0, -INFINITY, INFINITY, NAN};
    for (size_t i = 0; i < x.size(); i++) {
        uint64_t value = (i * 2654435761u) >> 7;
        if (is_float(t)) value = rounded(t, i % 11 < 5 ? special[i % 11] : (double(value % 4001) - 2000) / 64);
        if (!is_float(t) && i % 5 == 0) value = uint64_t{1} << (8 * size_of(t) - 1);
        store_bits(to + i, t, value);
    }
    return x;
}

/// Whether these are the results of a row of the reference, with a slope by the element's index.
inline testing::AssertionResult are(const bits &got, dtype t, void (*row)(element &), const std::vector<const bits *> &in,
                                    const std::function<double(uint64_t)> &slope) {
    if (got.empty() || got.size() != in[0]->size()) return testing::AssertionFailure() << got.size() << " elements";
    for (size_t i = 0; i < got.size(); i++) {
        element e = {t, {}, slope(i), {}};
        for (size_t k = 0; k < in.size(); k++) e.in[k] = (*in[k])[i];
        row(e);
        if (!agrees(e, 0, got[i])) return testing::AssertionFailure() << "element " << i << " is " << got[i] << ", not " << e.out[0];
    }
    return testing::AssertionSuccess();
}

struct slopes {
    dtype type;
    double lower, upper;
    uint64_t seed, stream;

    double operator()(uint64_t index) const {
        return slope_of(draw(index, seed, stream), fixed_point_of(lower, upper), type == dtype::f64);
    }
};

}  // namespace slopewise::test
