// Where a run is cut: before the element that begins a cache line in every output and, of random numbers, a block.
#include "cpu/runs.h"

#include <gtest/gtest.h>

#include <random>

#include "dispatch/dispatch.h"

namespace slopewise::test {
namespace {

/// By trying: lines and blocks come round after at most 64 elements.
int64_t first_boundary(const job &j, const dense_run &r) {
    for (int64_t n = 0; n < 64; n++) {
        bool begins = !j.op.random || (r.index + uint64_t(n)) % 8 == 0;
        for (int o = j.first_output; o < j.operands; o++)
            begins = begins && (reinterpret_cast<uintptr_t>(r.data[o]) + uintptr_t(n * j.itemsize)) % 64 == 0;
        if (begins) return n;
    }
    return -1;
}

TEST(Runs, BoundaryIsTheFirst) {
    std::mt19937_64 random(1);
    int found = 0, none = 0;
    const variant &any = *this_machine().best(operation::relu, 0);
    for (int round = 0; round < 20000; round++) {
        auto pick = [&](uint64_t count) { return int64_t(random() % count); };
        const operation_info &op = info(operation(pick(operation_count)));
        int outputs = 1 + int(pick(2)), itemsize = 1 << pick(4);
        job j = {any, op, dtype::f32, itemsize, 1 + outputs, 1, false, nullptr, nullptr};
        dense_run r = {{}, uint64_t(pick(16)), 100000};
        int64_t step = pick(3) ? itemsize : 1, phase = pick(64) * step;
        for (int o = 0; o < j.operands; o++) r.data[o] = reinterpret_cast<char *>(4096 + (pick(8) ? phase : pick(64) * step));
        int64_t expected = first_boundary(j, r);
        ASSERT_EQ(elements_to_boundary(j, r), expected) << op.name << ", " << itemsize << " bytes at " << phase << ", index " << r.index;
        (expected < 0 ? none : found)++;
    }
    EXPECT_GT(found, 2000);
    EXPECT_GT(none, 2000);
}

}  // namespace
}  // namespace slopewise::test
