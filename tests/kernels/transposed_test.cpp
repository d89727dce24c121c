// Planes turned by the kernels, and by the copies that take them for what is whole.
#include <gtest/gtest.h>

#include <numeric>

#include "coverage.h"
#include "cpu/copy.h"

namespace slopewise::test {
namespace {

struct plane {
    int64_t size_a, size_b, gap;  ///< gap: items between rows on either side

    int64_t to_pitch() const { return size_a + gap; }
    int64_t from_pitch() const { return size_b + gap; }
};

/// Items that differ in each of their bytes from their neighbours.
std::vector<uint8_t> numbered(int64_t items, int itemsize) {
    std::vector<uint8_t> bytes(static_cast<size_t>(items * itemsize));
    for (size_t i = 0; i < bytes.size(); i++) bytes[i] = uint8_t((i * 2654435761u) >> 13);
    return bytes;
}

/// What lies between the rows of `to` stays as it was.
void check_copy(const variant &v, const plane &p, int itemsize) {
    SCOPED_TRACE(std::string(v.name) + ", items of " + std::to_string(itemsize) + " bytes, " + std::to_string(p.size_a) + " x " +
                 std::to_string(p.size_b));
    std::vector<uint8_t> from = numbered(p.size_a * p.from_pitch(), itemsize);
    std::vector<uint8_t> to(static_cast<size_t>(p.size_b * p.to_pitch() * itemsize), uint8_t{0x5a}), want = to;
    for (int64_t a = 0; a < p.size_a; a++) {
        for (int64_t b = 0; b < p.size_b; b++) {
            std::copy_n(&from[size_t((a * p.from_pitch() + b) * itemsize)], itemsize, &want[size_t((b * p.to_pitch() + a) * itemsize)]);
        }
    }
    copy_tile(v, {reinterpret_cast<char *>(to.data()), itemsize, p.to_pitch() * itemsize},
              {reinterpret_cast<char *>(from.data()), p.from_pitch() * itemsize, itemsize}, p.size_a, p.size_b, itemsize);
    ASSERT_EQ(to, want);
    ASSERT_EQ(from, numbered(p.size_a * p.from_pitch(), itemsize));
}

TEST(Transposed, EqualsItemByItem) {
    for (const variant *v : usable_variants()) {
        if (v->device != device_kind::cpu) continue;
        for (dtype t : {dtype::i8, dtype::i16, dtype::i32, dtype::i64}) {
            ASSERT_TRUE(v->function(kernel::transposed, t)) << v->name << " cannot turn planes of " << name(t);
            for (const plane &p : {plane{16, 16, 0}, {16, 48, 5}, {80, 32, 1}, {128, 64, 0}, {17, 16, 3}, {40, 57, 2}, {15, 90, 0}})
                ASSERT_NO_FATAL_FAILURE(check_copy(*v, p, size_of(t)));
            note_checked(*v, {kernel::transposed, t});
        }
    }
}

}  // namespace
}  // namespace slopewise::test
