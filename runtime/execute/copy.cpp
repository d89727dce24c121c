#include "execute/copy.h"

#include <algorithm>
#include <cstring>

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

bool crosses(const strided &to, const strided &from) {
    auto size = [](int64_t stride) { return stride < 0 ? -stride : stride; };
    return size(to.stride_b) < size(to.stride_a) || (size(from.stride_b) < size(from.stride_a) && from.stride_b != 0);
}

template <class T>
void copy_items(const strided &to, const strided &from, int64_t size_a, int64_t size_b) {
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
