#include "layouts.h"

#include <functional>
#include <numeric>

namespace slopewise::bench {
namespace {

layout transposed(int64_t side) {
    std::string size = std::to_string(side);
    return {"transposed " + size + " x " + size, {side, side}, {1, side}, {}, side * side};
}

/// Images of 64 channels that are stored pixel by pixel.
layout channels_last(bool output_too) {
    constexpr int64_t images = 16, channels = 64, side = 32, pixels = side * side;
    std::vector<int64_t> by_pixel = {channels * pixels, 1, side * channels, channels};
    return {output_too ? "channels last, both" : "channels last to contiguous",
            {images, channels, side, side},
            by_pixel,
            output_too ? by_pixel : std::vector<int64_t>{},
            images * channels * pixels};
}

/// Rows that are part of wider ones.
layout rows_of(int64_t length, int64_t n) {
    int64_t rows = n / length, pitch = length + 5;
    return {"rows of " + std::to_string(length), {rows, length}, {pitch, 1}, {pitch, 1}, rows * pitch};
}

}  // namespace

int64_t layout::elements() const { return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>()); }

std::vector<layout> layouts() {
    constexpr int64_t side = 1024, n = side * side;
    std::vector<layout> list = {transposed(side),
                                transposed(4096),
                                {"transposed, both", {side, side}, {1, side}, {1, side}, n},
                                channels_last(true),
                                channels_last(false),
                                {"every other", {n}, {2}, {}, 2 * n},
                                {"every other, both", {n}, {2}, {2}, 2 * n},
                                {"one row expanded", {side, side}, {0, 1}, {}, n},
                                {"one column expanded", {side, side}, {1, 0}, {}, n}};
    for (int64_t length : {3, 8, 27, 64, 256}) list.push_back(rows_of(length, n));
    return list;
}

}  // namespace slopewise::bench
