// The index of a slope: slices, shards, offsets, shared and reversed indices, keys, and where block numbers carry.
#include <gtest/gtest.h>

#include <random>

#include "dispatch/dispatch.h"
#include "operations.h"
#include "support/inputs.h"

namespace slopewise::test {
namespace {

const public_operation &operation_named(const std::string &name) {
    for (const public_operation &op : public_operations) {
        if (name == op.name) return op;
    }
    throw std::logic_error(name);
}

/// Runs forward with noise, and backward, on tensors of the given shape and compares both with the reference.
void run_random(const std::vector<int64_t> &shape, const call_settings &settings, dtype t = dtype::f32) {
    std::vector<uint64_t> bits = adversarial_bits(t, size_t(count(shape)), 3), other = adversarial_bits(t, size_t(count(shape)), 4);
    for (int v = 0; v < variant_count; v++) {
        if (!this_machine().usable[v]) continue;
        SCOPED_TRACE(variants[v].name);
        call_settings here = settings;
        here.options.variant = variants[v].name;
        std::vector<tensor> forward = {tensor(t, shape), tensor(t, shape), tensor(t, shape)};
        forward[0].fill(bits);
        ASSERT_NO_FATAL_FAILURE(check(operation_named("rrelu_noise"), forward, here));
        std::vector<tensor> backward = {tensor(t, shape), tensor(t, shape), tensor(t, shape)};
        backward[0].fill(other);
        backward[1].fill(bits);
        ASSERT_NO_FATAL_FAILURE(check(operation_named("rrelu_backward"), backward, here));
    }
}

TEST(SlopeIndex, Offsets) {
    for (uint64_t offset : {uint64_t{1}, uint64_t{7}, uint64_t{8}, uint64_t{12345}, ~uint64_t{0}, ~uint64_t{0} - 1500}) {
        for (int64_t n : {1, 5, 8, 511, 3001}) {
            call_settings settings;
            settings.params.offset = offset;
            ASSERT_NO_FATAL_FAILURE(run_random({n}, settings)) << offset << " " << n;
        }
    }
}

TEST(SlopeIndex, BlocksCarryAndWrap) {
    for (uint64_t block : {uint64_t{1} << 32, uint64_t{3} << 32, uint64_t{1} << 61}) {
        for (uint64_t before : {8, 900, 2048}) {
            call_settings settings;
            settings.params.offset = 8 * block - before;
            ASSERT_NO_FATAL_FAILURE(run_random({4099}, settings)) << block << " " << before;
            ASSERT_NO_FATAL_FAILURE(run_random({5, 700}, settings, dtype::f64)) << block << " " << before;
        }
    }
}

TEST(SlopeIndex, KeyReplacesSeedAndStream) {
    uint64_t key[3] = {77, ~uint64_t{0}, (uint64_t{1} << 61) - 3};
    call_settings settings;
    settings.params.key = key;
    settings.params.offset = 5;
    ASSERT_NO_FATAL_FAILURE(run_random({2000}, settings));
}

TEST(SlopeIndex, AnyStrides) {
    const std::vector<std::vector<int64_t>> strides = {{1, 40},
                                                       {40, 1},
                                                       {-1, 33},
                                                       {33, -1},
                                                       {0, 0},
                                                       {0, 1},
                                                       {1, 0},
                                                       {2, 80},
                                                       {1 << 20, 16},
                                                       {-7, 3},
                                                       {int64_t{1} << 40, 1},
                                                       {1, int64_t{1} << 62}};
    for (const auto &s : strides) {
        for (const std::vector<int64_t> &shape : std::vector<std::vector<int64_t>>{{33, 40}, {7, 1100}, {1100, 7}}) {
            call_settings settings;
            settings.params.index_strides = s.data();
            settings.params.offset = 1000;
            ASSERT_NO_FATAL_FAILURE(run_random(shape, settings)) << s[0] << " " << s[1];
        }
    }
}

// A random slice of a tensor, with the whole tensor's strides and its offset, equals the slice of the whole's result.
TEST(SlopeIndex, SlicesEqualSliceOfWhole) {
    std::mt19937 random(5);
    auto below = [&](int64_t n) { return int64_t(random() % uint64_t(n)); };
    for (int round = 0; round < 40; round++) {
        std::vector<int64_t> whole, part, start, step;
        for (int d = 0; d < 1 + round % 4; d++) whole.push_back(1 + below(round % 4 ? 24 : 5000));
        for (int64_t extent : whole) {
            start.push_back(below(extent));
            step.push_back(1 + below(3));
            part.push_back(1 + below((extent - start.back() + step.back() - 1) / step.back()));
        }
        tensor x(dtype::f32, whole), y(dtype::f32, whole), z(dtype::f32, part);
        x.fill(adversarial_bits(dtype::f32, size_t(count(whole)), uint64_t(round)));
        call_settings settings;
        std::vector<tensor> all = {x, y};
        ASSERT_EQ(call(operation_named("rrelu"), all, settings), SLOPEWISE_OK);
        std::vector<int64_t> strides = row_major(whole);
        int64_t first = 0;
        for (size_t d = 0; d < whole.size(); d++) {
            first += start[d] * strides[d];
            strides[d] *= step[d];
        }
        settings.params.offset = uint64_t(first);
        settings.params.index_strides = strides.data();
        std::vector<tensor> slice = {x.view(part, strides, first), z};
        ASSERT_EQ(call(operation_named("rrelu"), slice, settings), SLOPEWISE_OK);
        tensor want = y.view(part, strides, first);
        for (int64_t i = 0; i < z.size(); i++) {
            bool both_nan = is_nan(dtype::f32, z.get(i)) && is_nan(dtype::f32, want.get(i));
            ASSERT_TRUE(both_nan || z.get(i) == want.get(i)) << "round " << round << " element " << i;
        }
    }
}

// A transposed view and its contiguous copy get the same slopes.
TEST(SlopeIndex, LayoutChangesNothing) {
    std::vector<uint64_t> bits = adversarial_bits(dtype::f16, 300 * 200, 8);
    tensor stored(dtype::f16, {200, 300}), copy(dtype::f16, {300, 200}), y(dtype::f16, {200, 300}), z(dtype::f16, {300, 200});
    tensor view = stored.permuted({1, 0}), result = y.permuted({1, 0});
    view.fill(bits);
    copy.fill(bits);
    call_settings settings;
    std::vector<tensor> strided = {view, result}, dense = {copy, z};
    ASSERT_EQ(call(operation_named("rrelu"), strided, settings), SLOPEWISE_OK);
    ASSERT_EQ(call(operation_named("rrelu"), dense, settings), SLOPEWISE_OK);
    for (int64_t i = 0; i < z.size(); i++) {
        ASSERT_TRUE(z.get(i) == result.get(i) || (is_nan(dtype::f16, z.get(i)) && is_nan(dtype::f16, result.get(i)))) << i;
    }
}

}  // namespace
}  // namespace slopewise::test
