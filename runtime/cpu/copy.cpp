#include "cpu/copy.h"

#include <algorithm>
#include <cstring>

#include "table/kernel_buffer.h"
#include "table/processor.h"
#include "tensor/view.h"

namespace slopewise {
namespace {

/// Eight lines at a time: a power-of-two stride puts all lines of a column into one set of an eight-way cache.
constexpr int64_t block = 8;

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

strided part(const strided &s, int64_t a, int64_t b) { return {s.data + a * s.stride_a + b * s.stride_b, s.stride_a, s.stride_b}; }

/// Planes whose sides are multiples of so many items are whole squares of the kernel, whatever the variant and the type.
constexpr int64_t side = 16;

/// Contiguous along a in `to` and along b in `from`. The kernel goes down the rows of `from` in strips, and so uses up one line after
/// the other: rows a power of two apart share few sets of a cache.
void transpose(const variant &v, const strided &to, const strided &from, int64_t size_a, int64_t size_b, int itemsize) {
    constexpr dtype type_of_size[] = {dtype::i8, dtype::i16, dtype::i32, dtype::i64};
    kernel_buffer in, out;
    in.set(from.data, from.stride_a / itemsize, size_b, size_a);
    out.set(to.data, to.stride_b / itemsize, size_a, size_b);
    void *arguments[] = {&in.buffer, &out.buffer};
    (void)v.function(kernel::transposed, type_of_size[__builtin_ctz(unsigned(itemsize))])(arguments);
}

/// Where kernels reach the items and compute their places in int32.
bool is_transposable(const strided &s, int64_t stride, int64_t count, int itemsize) {
    return kernels_reach(s.data, itemsize) && magnitude(stride) / itemsize * (count + 1) < INT32_MAX;
}

/// What is whole by the kernel, the edges item by item.
template <class T>
void copy_transposed(const variant &v, const strided &to, const strided &from, int64_t size_a, int64_t size_b) {
    int64_t whole_a = size_a / side * side, whole_b = size_b / side * side;
    bool transposable = is_transposable(to, to.stride_b, size_b, sizeof(T)) && is_transposable(from, from.stride_a, size_a, sizeof(T));
    if (whole_a == 0 || whole_b == 0 || !transposable) return copy_rows<T>(to, from, size_a, size_b);
    transpose(v, to, from, whole_a, whole_b, sizeof(T));
    copy_rows<T>(part(to, whole_a, 0), part(from, whole_a, 0), size_a - whole_a, size_b);
    copy_rows<T>(part(to, 0, whole_b), part(from, 0, whole_b), whole_a, size_b - whole_b);
}

/// Rows of at least one Move and at most two, each by two that may overlap.
template <class Move>
void copy_by_moves(const strided &to, const strided &from, int64_t bytes, int64_t rows) {
    const char *in = from.data;
    char *out = to.data;
    const int64_t in_stride = from.stride_b, out_stride = to.stride_b, second = bytes - int64_t(sizeof(Move));
    for (int64_t b = 0; b < rows; b++, in += in_stride, out += out_stride) {
        Move first, last;
        std::memcpy(&first, in, sizeof first);
        std::memcpy(&last, in + second, sizeof last);
        std::memcpy(out, &first, sizeof first);
        std::memcpy(out + second, &last, sizeof last);
    }
}

/// Rows of up to 32 bytes.
void copy_narrow_rows(const strided &to, const strided &from, int64_t bytes, int64_t rows) {
    using sixteen = uint64_t __attribute__((vector_size(16)));
    if (bytes >= 16) return copy_by_moves<sixteen>(to, from, bytes, rows);
    if (bytes >= 8) return copy_by_moves<uint64_t>(to, from, bytes, rows);
    if (bytes >= 4) return copy_by_moves<uint32_t>(to, from, bytes, rows);
    if (bytes >= 2) return copy_by_moves<uint16_t>(to, from, bytes, rows);
    copy_by_moves<uint8_t>(to, from, bytes, rows);
}

template <class T>
void copy_tile_of(const variant &v, const strided &to, const strided &from, int64_t size_a, int64_t size_b) {
    constexpr int64_t item = sizeof(T);
    if (to.stride_a == item && from.stride_a == item && size_a * item <= 32) return copy_narrow_rows(to, from, size_a * item, size_b);
    if (to.stride_a == item && from.stride_b == item) return copy_transposed<T>(v, to, from, size_a, size_b);
    if (from.stride_a == item && to.stride_b == item) {
        return copy_transposed<T>(v, turned(to), turned(from), size_b, size_a);
    }
    copy_rows<T>(to, from, size_a, size_b);
}

}  // namespace

void copy_tile(const variant &v, const strided &to, const strided &from, int64_t size_a, int64_t size_b, int itemsize) {
    switch (itemsize) {
        case 1:
            return copy_tile_of<uint8_t>(v, to, from, size_a, size_b);
        case 2:
            return copy_tile_of<uint16_t>(v, to, from, size_a, size_b);
        case 4:
            return copy_tile_of<uint32_t>(v, to, from, size_a, size_b);
        default:
            return copy_tile_of<uint64_t>(v, to, from, size_a, size_b);
    }
}

}  // namespace slopewise
