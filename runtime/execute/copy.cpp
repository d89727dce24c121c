#include "execute/copy.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace slopewise {
namespace {

/// Eight lines at a time: a power-of-two stride puts all lines of a column into one set of an eight-way cache.
constexpr int64_t block = 8;

template <class T>
void copy_item(char *to, const char *from) {
    T item;
    std::memcpy(&item, from, sizeof item);
    std::memcpy(to, &item, sizeof item);
}

template <class T>
void copy_blocks(const strided &to, const strided &from, int64_t size_a, int64_t size_b) {
    for (int64_t a0 = 0; a0 < size_a; a0 += block) {
        int64_t width = std::min(block, size_a - a0);
        for (int64_t b = 0; b < size_b; b++) {
            char *target = to.data + a0 * to.stride_a + b * to.stride_b;
            const char *source = from.data + a0 * from.stride_a + b * from.stride_b;
            for (int64_t a = 0; a < width; a++) copy_item<T>(target + a * to.stride_a, source + a * from.stride_a);
        }
    }
}

template <class T>
void copy_rows(const strided &to, const strided &from, int64_t size_a, int64_t size_b) {
    for (int64_t b = 0; b < size_b; b++) {
        char *target = to.data + b * to.stride_b;
        const char *source = from.data + b * from.stride_b;
        for (int64_t a = 0; a < size_a; a++) copy_item<T>(target + a * to.stride_a, source + a * from.stride_a);
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

/// Contiguous along a on one side and along b on the other: whole squares in registers, edges item by item.
template <class T>
void copy_transposed(const strided &to, const strided &from, int64_t size_a, int64_t size_b) {
    constexpr int64_t size = square<T>::size, item = sizeof(T);
    int64_t whole_a = size_a / size * size, whole_b = size_b / size * size;
    for (int64_t a = 0; a < whole_a; a += size) {
        for (int64_t b = 0; b < whole_b; b += size) {
            transpose_square<T>(to.data + a * item + b * to.stride_b, to.stride_b, from.data + a * from.stride_a + b * item, from.stride_a);
        }
    }
    auto part = [](const strided &s, int64_t a, int64_t b) {
        return strided{s.data + a * s.stride_a + b * s.stride_b, s.stride_a, s.stride_b};
    };
    copy_rows<T>(part(to, whole_a, 0), part(from, whole_a, 0), size_a - whole_a, size_b);
    copy_rows<T>(part(to, 0, whole_b), part(from, 0, whole_b), whole_a, size_b - whole_b);
}

bool crosses(const strided &to, const strided &from) {
    auto size = [](int64_t stride) { return stride < 0 ? -stride : stride; };
    return size(to.stride_b) < size(to.stride_a) || (size(from.stride_b) < size(from.stride_a) && from.stride_b != 0);
}

template <class T>
void copy_items(const strided &to, const strided &from, int64_t size_a, int64_t size_b) {
    constexpr int64_t item = sizeof(T);
    if (to.stride_a == item && from.stride_b == item) return copy_transposed<T>(to, from, size_a, size_b);
    if (from.stride_a == item && to.stride_b == item) {
        return copy_transposed<T>({to.data, item, to.stride_a}, {from.data, from.stride_b, item}, size_b, size_a);
    }
    // Crossing orders go by blocks, so that lines of both sides stay in cache until they are used up.
    (crosses(to, from) ? copy_blocks<T> : copy_rows<T>)(to, from, size_a, size_b);
}

}  // namespace

void copy_tile(const strided &to, const strided &from, int64_t size_a, int64_t size_b, int itemsize) {
    switch (itemsize) {
        case 1:
            return copy_items<uint8_t>(to, from, size_a, size_b);
        case 2:
            return copy_items<uint16_t>(to, from, size_a, size_b);
        case 4:
            return copy_items<uint32_t>(to, from, size_a, size_b);
        default:
            return copy_items<uint64_t>(to, from, size_a, size_b);
    }
}

}  // namespace slopewise
