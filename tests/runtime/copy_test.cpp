// Tiles of items that go to and from scratch: byte by byte as a loop over items copies them, whatever the strides, and nothing beside.
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "cpu/copy.h"
#include "dispatch/dispatch.h"

namespace slopewise::test {
namespace {

struct side {
    int64_t stride_a, stride_b;  ///< in items
};

/// Memory that holds a tile, whatever the signs of its strides, with something on all sides.
class tile {
public:
    tile(const side &s, int64_t size_a, int64_t size_b, int itemsize, unsigned seed) : s(s), itemsize(itemsize) {
        int64_t low = 0, high = 0;
        for (int64_t reach : {s.stride_a * (size_a - 1), s.stride_b * (size_b - 1)}) (reach < 0 ? low : high) += reach;
        constexpr int64_t around = 96;
        bytes.resize(size_t((high - low + 1) * itemsize + 2 * around));
        first = around - low * itemsize;
        std::mt19937 random(seed);
        for (char &c : bytes) c = char(random());
    }
    strided all() { return {bytes.data() + first, s.stride_a * itemsize, s.stride_b * itemsize}; }
    char *item(int64_t a, int64_t b) { return bytes.data() + first + (a * s.stride_a + b * s.stride_b) * itemsize; }

    std::vector<char> bytes;

private:
    side s;
    int itemsize;
    int64_t first;
};

const variant &any_variant() {
    const variant *v = variants;
    while (v->device != device_kind::cpu || !this_machine().usable[v - variants]) v++;
    return *v;
}

void expect_copied(const side &to, const side &from, int64_t size_a, int64_t size_b, int itemsize) {
    tile in(from, size_a, size_b, itemsize, 1), out(to, size_a, size_b, itemsize, 2), want = out;
    for (int64_t a = 0; a < size_a; a++) {
        for (int64_t b = 0; b < size_b; b++) std::memcpy(want.item(a, b), in.item(a, b), size_t(itemsize));
    }
    const strided source = in.all(), target = out.all();
    copy_tile(any_variant(), target, source, size_a, size_b, itemsize);
    ASSERT_EQ(out.bytes, want.bytes) << size_a << " x " << size_b << " of " << itemsize << " bytes, to " << to.stride_a << ", "
                                     << to.stride_b << ", from " << from.stride_a << ", " << from.stride_b;
}

/// Sizes around those at which another way is taken; where items do not fall on others in what is written.
TEST(Copy, AnyTileIsCopiedItemByItem) {
    const int64_t sizes[] = {1, 2, 3, 8, 9, 16, 17, 33};
    for (int itemsize : {1, 2, 4, 8}) {
        for (int64_t a : sizes) {
            for (int64_t b : sizes) {
                const side sides[] = {{1, a}, {1, a + 3}, {1, -a}, {2, 2 * a}, {2, 2 * a + 1}, {-1, a},
                                      {b, 1}, {b + 5, 1}, {-b, 1}, {2 * b, 2}, {3, 3 * a},     {-2, -2 * a}};
                for (const side &to : sides) {
                    for (const side &from : sides) expect_copied(to, from, a, b, itemsize);
                    for (const side &repeated : {side{0, 1}, side{1, 0}, side{0, 0}}) expect_copied(to, repeated, a, b, itemsize);
                    if (HasFatalFailure()) return;
                }
            }
        }
    }
}

}  // namespace
}  // namespace slopewise::test
