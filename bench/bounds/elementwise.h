// Loops of f32 elements as one writes them by hand, over a set of vector operations V. Outputs aligned to 64 bytes where
// they stream.
#pragma once

#include <immintrin.h>

#include <cstddef>

namespace slopewise::bench {

template <class V, bool streaming>
inline void put(float *to, typename V::floats v) {
    streaming ? V::stream(to, v) : V::store(to, v);
}

/// `vectors(i)` does the V::lanes elements from i, `scalar(i)` one. Four vectors a step; one where they stream: with
/// more, 512-bit streaming stores take 1.4 times as long (Intel, Granite Rapids).
template <class V, bool streaming, class Vectors, class Scalar>
inline void for_each(size_t n, Vectors vectors, Scalar scalar) {
    constexpr size_t step = streaming ? V::lanes : 4 * V::lanes;
    size_t i = 0;
    for (; i + step <= n; i += step) {
#pragma GCC unroll 4
        for (size_t k = 0; k < step; k += V::lanes) vectors(i + k);
    }
    for (; i + V::lanes <= n; i += V::lanes) vectors(i);
    for (; i < n; i++) scalar(i);
    if (streaming) _mm_sfence();
}

template <class V, bool streaming>
void copy(const float *x, float *y, size_t n) {
    for_each<V, streaming>(
        n, [=](size_t i) { put<V, streaming>(y + i, V::load(x + i)); }, [=](size_t i) { y[i] = x[i]; });
}

template <class V, bool streaming>
void relu(const float *x, float *y, size_t n) {
    for_each<V, streaming>(
        n, [=](size_t i) { put<V, streaming>(y + i, V::relu(V::load(x + i))); }, [=](size_t i) { y[i] = x[i] < 0 ? 0 : x[i]; });
}

template <class V, bool streaming>
void relu_backward(const float *g, const float *x, float *gx, size_t n) {
    for_each<V, streaming>(
        n, [=](size_t i) { put<V, streaming>(gx + i, V::zero_where_not_positive(V::load(g + i), V::load(x + i))); },
        [=](size_t i) { gx[i] = x[i] <= 0 ? 0 : g[i]; });
}

template <class V, bool streaming>
void crelu(const float *x, float *y, size_t n) {
    for_each<V, streaming>(
        n,
        [=](size_t i) {
            auto v = V::load(x + i);
            put<V, streaming>(y + i, V::relu(v));
            put<V, streaming>(y + n + i, V::relu(V::negate(v)));
        },
        [=](size_t i) {
            y[i] = x[i] < 0 ? 0 : x[i];
            y[n + i] = -x[i] < 0 ? 0 : -x[i];
        });
}

/// A reader of n elements, a multiple of four vectors.
template <class V>
float sum(const float *x, size_t n) {
    typename V::floats s[4] = {V::broadcast(0), V::broadcast(0), V::broadcast(0), V::broadcast(0)};
    for (size_t i = 0; i < n; i += 4 * V::lanes) {
#pragma GCC unroll 4
        for (size_t k = 0; k < 4; k++) s[k] = V::add(s[k], V::load(x + i + k * V::lanes));
    }
    return V::sum(V::add(V::add(s[0], s[1]), V::add(s[2], s[3])));
}

}  // namespace slopewise::bench
