#include "cpu/copy.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace slopewise {
namespace {

/// Eight lines at a time: a power-of-two stride puts all lines of a column into one set of an eight-way cache.
constexpr int64_t block = 8;

int64_t magnitude(int64_t stride) { return stride < 0 ? -stride : stride; }

/// n items; strides in bytes. Inlined, so that strides that are known become constants.
template <class T>
__attribute__((always_inline)) inline void copy_items(char *to, int64_t to_stride, const char *from, int64_t from_stride, int64_t n) {
#pragma GCC unroll 8
    for (int64_t i = 0; i < n; i++) {
        T item;
        std::memcpy(&item, from + i * from_stride, sizeof item);
        std::memcpy(to + i * to_stride, &item, sizeof item);
    }
}

/// Every other item is common (one half of pairs), and then worth a loop of its own, which the compiler makes vectors of.
template <class T>
void copy_row(char *to, int64_t to_stride, const char *from, int64_t from_stride, int64_t n) {
    constexpr int64_t item = sizeof(T);
    if (to_stride != item) return copy_items<T>(to, to_stride, from, from_stride, n);
    if (from_stride == item) return (void)std::memcpy(to, from, size_t(n * item));
    if (from_stride == 2 * item) return copy_items<T>(to, item, from, 2 * item, n);
    copy_items<T>(to, item, from, from_stride, n);
}

strided turned(const strided &s) { return {s.data, s.stride_b, s.stride_a}; }

/// Whether going along a leaves lines of either side half used.
bool crosses(const strided &to, const strided &from, int64_t size_b) {
    if (size_b == 1) return false;
    return magnitude(to.stride_b) < magnitude(to.stride_a) || (magnitude(from.stride_b) < magnitude(from.stride_a) && from.stride_b != 0);
}

/// Along the longer side where the other is short; in blocks where lines would not stay in cache until they are used up.
template <class T>
void copy_rows(const strided &to, const strided &from, int64_t size_a, int64_t size_b) {
    if (size_a < block && size_b > size_a) return copy_rows<T>(turned(to), turned(from), size_b, size_a);
    int64_t width = size_b >= block && crosses(to, from, size_b) ? block : size_a;
    for (int64_t a = 0; a < size_a; a += width) {
        int64_t n = std::min(width, size_a - a);
        for (int64_t b = 0; b < size_b; b++) {
            copy_row<T>(to.data + a * to.stride_a + b * to.stride_b, to.stride_a, from.data + a * from.stride_a + b * from.stride_b,
                        from.stride_a, n);
        }
    }
}

/// A square of items that is turned in registers: as many rows as a 16-byte vector has lanes.
template <class T>
struct square {
    static constexpr int64_t size = 16 / sizeof(T);
    using vector __attribute__((vector_size(16))) = T;
    vector row[size];

    template <size_t... lane>
    static vector interleave(vector x, vector y, int half, std::index_sequence<lane...>) {
        return half ? __builtin_shufflevector(x, y, (size / 2 + lane / 2 + lane % 2 * size)...)
                    : __builtin_shufflevector(x, y, (lane / 2 + lane % 2 * size)...);
    }

    /// Each round interleaves the upper half of the rows with the lower; after log2(size) rounds rows are columns.
    void transpose() {
        constexpr std::make_index_sequence<size> lanes;
        for (int64_t round = size; round > 1; round /= 2) {
            square turned;
            for (int64_t r = 0; r < size; r++) turned.row[r] = interleave(row[r / 2], row[r / 2 + size / 2], r % 2, lanes);
            *this = turned;
        }
    }
};

template <class T>
void transpose_square(char *to, int64_t to_stride, const char *from, int64_t from_stride) {
    square<T> s;
    for (int64_t r = 0; r < s.size; r++) std::memcpy(&s.row[r], from + r * from_stride, 16);
    s.transpose();
    for (int64_t r = 0; r < s.size; r++) std::memcpy(to + r * to_stride, &s.row[r], 16);
}

/// Contiguous along a in `to` and along b in `from`: whole squares in registers, edges item by item. The side whose rows
/// lie further apart has its lines used up one after the other: a power-of-two distance puts them all into one set of the
/// cache (0.11 ns an item against 1.1, f32, rows 16 KiB apart).
template <class T>
void copy_transposed(const strided &to, const strided &from, int64_t size_a, int64_t size_b) {
    constexpr int64_t size = square<T>::size, item = sizeof(T);
    int64_t whole_a = size_a / size * size, whole_b = size_b / size * size;
    auto turn = [&](int64_t a, int64_t b) {
        transpose_square<T>(to.data + a * item + b * to.stride_b, to.stride_b, from.data + a * from.stride_a + b * item, from.stride_a);
    };
    if (magnitude(to.stride_b) > magnitude(from.stride_a)) {
        for (int64_t b = 0; b < whole_b; b += size) {
            for (int64_t a = 0; a < whole_a; a += size) turn(a, b);
        }
    } else {
        for (int64_t a = 0; a < whole_a; a += size) {
            for (int64_t b = 0; b < whole_b; b += size) turn(a, b);
        }
    }
    auto part = [](const strided &s, int64_t a, int64_t b) {
        return strided{s.data + a * s.stride_a + b * s.stride_b, s.stride_a, s.stride_b};
    };
    copy_rows<T>(part(to, whole_a, 0), part(from, whole_a, 0), size_a - whole_a, size_b);
    copy_rows<T>(part(to, 0, whole_b), part(from, 0, whole_b), whole_a, size_b - whole_b);
}

template <class T>
void copy_tile_of(const strided &to, const strided &from, int64_t size_a, int64_t size_b) {
    constexpr int64_t item = sizeof(T);
    if (to.stride_a == item && from.stride_b == item) return copy_transposed<T>(to, from, size_a, size_b);
    if (from.stride_a == item && to.stride_b == item) {
        return copy_transposed<T>(turned(to), turned(from), size_b, size_a);
    }
    copy_rows<T>(to, from, size_a, size_b);
}

}  // namespace

void copy_tile(const strided &to, const strided &from, int64_t size_a, int64_t size_b, int itemsize) {
    switch (itemsize) {
        case 1:
            return copy_tile_of<uint8_t>(to, from, size_a, size_b);
        case 2:
            return copy_tile_of<uint16_t>(to, from, size_a, size_b);
        case 4:
            return copy_tile_of<uint32_t>(to, from, size_a, size_b);
        default:
            return copy_tile_of<uint64_t>(to, from, size_a, size_b);
    }
}

}  // namespace slopewise
