// Every operation through the public interface on the GPU that is tested: the scalar reference's bytes, and nothing touched
// outside the elements.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/inputs.h"
#include "there.h"

namespace slopewise::test {
namespace {

constexpr uint8_t untouched = 0xa5;

/// `shape` in memory order `order` (outermost first), `start` elements into its storage.
tensor placed(dtype t, const std::vector<int64_t> &shape, const std::vector<int> &order, int64_t start) {
    std::vector<int64_t> strides(shape.size(), 1);
    int64_t stride = 1;
    for (size_t i = order.size(); i-- > 0; stride *= shape[size_t(order[i])]) strides[size_t(order[i])] = stride;
    return tensor(t, shape, strides, start, start + count(shape) + 40);
}

std::vector<int> row_major_order(size_t dims) {
    std::vector<int> order(dims);
    std::iota(order.begin(), order.end(), 0);
    return order;
}

struct layout_case {
    std::vector<int64_t> shape;
    std::vector<int> order;
    int64_t start;  ///< elements into the storage, which begins on a boundary
    uint64_t offset = 0;
    int axis = 0;
    bool in_place = false;
};

bool is_crelu(const public_operation &op) { return op.inputs == 3 || std::string(op.name) == "crelu"; }

/// Halves beside each other along an axis of one storage.
void add_halves(std::vector<tensor> &to, dtype t, const layout_case &c) {
    std::vector<int64_t> whole = c.shape;
    auto axis = size_t(c.axis);
    whole[axis] *= 2;
    tensor both = placed(t, whole, c.order, c.start);
    to.push_back(both.view(c.shape, both.strides, both.start));
    to.push_back(both.view(c.shape, both.strides, both.start + c.shape[axis] * both.strides[axis]));
}

std::vector<tensor> make_tensors(const public_operation &op, dtype t, const layout_case &c) {
    std::vector<tensor> tensors;
    auto add = [&](int copies) {
        for (int i = 0; i < copies; i++) tensors.push_back(placed(t, c.shape, c.order, c.start));
    };
    bool halves_first = op.inputs == 3, halves_last = std::string(op.name) == "crelu";
    if (halves_first) add_halves(tensors, t, c);
    add(op.inputs - (halves_first ? 2 : 0));
    if (halves_last) add_halves(tensors, t, c);
    add(op.outputs - (halves_last ? 2 : 0));
    if (c.in_place) tensors[size_t(op.inputs)] = tensors[0];
    return tensors;
}

/// Whether only elements of the outputs were written, and nothing of the inputs.
void expect_untouched(const public_operation &op, std::vector<tensor> &tensors, const std::vector<std::vector<uint64_t>> &inputs,
                      bool in_place) {
    for (int i = in_place ? 1 : 0; i < op.inputs; i++) ASSERT_EQ(tensors[size_t(i)].all(), inputs[size_t(i)]) << i;
    for (tensor &t : tensors) t.fill(0xa5a5a5a5a5a5a5a5u);
    for (tensor &t : tensors) {
        ASSERT_TRUE(std::all_of(t.bytes().begin(), t.bytes().end(), [](uint8_t b) { return b == untouched; })) << "bytes outside";
    }
}

void run_case(const public_operation &op, dtype t, const layout_case &c, call_settings settings = {}) {
    SCOPED_TRACE(std::string(op.name) + " " + name(t) + ", " + std::to_string(count(c.shape)) + " elements from " +
                 std::to_string(c.start) + ", index " + std::to_string(c.offset) + ", axis " + std::to_string(c.axis) +
                 (c.in_place ? ", in place" : ""));
    settings.params.offset = c.offset;
    settings.axis = c.axis;
    std::vector<tensor> tensors = make_tensors(op, t, c);
    std::vector<std::vector<uint64_t>> inputs;
    for (int i = 0; i < op.inputs; i++) {
        inputs.push_back(adversarial_bits(t, size_t(count(c.shape)), uint64_t(31 * i + 5)));
        tensors[size_t(i)].fill(inputs.back());
    }
    ASSERT_EQ(call_there(op, tensors, settings), SLOPEWISE_OK) << slopewise_last_error();
    std::vector<tensor> outputs(tensors.begin() + op.inputs, tensors.end());
    ASSERT_NO_FATAL_FAILURE(compare(op, inputs, outputs, settings));
    ASSERT_NO_FATAL_FAILURE(expect_untouched(op, tensors, inputs, c.in_place));
}

const std::vector<dtype> &types_of(const public_operation &op) {
    static const std::vector<dtype> floats = {dtype::f16, dtype::bf16, dtype::f32, dtype::f64};
    static const std::vector<dtype> all = {dtype::f16, dtype::bf16, dtype::f32, dtype::f64, dtype::i8, dtype::i16, dtype::i32, dtype::i64};
    return op.integers ? all : floats;
}

class GpuOperation : public ::testing::TestWithParam<public_operation> {};

TEST_P(GpuOperation, AnyLengthAndAlignment) {
    const public_operation &op = GetParam();
    for (dtype t : types_of(op)) {
        for (int64_t n : {1, 2, 3, 7, 8, 15, 16, 17, 33, 255, 256, 257, 4096, 10007}) {
            for (int64_t start : {0, 1, 8, 16}) {
                uint64_t offset = uint64_t(n % 3 * 4 + start % 3);
                ASSERT_NO_FATAL_FAILURE(run_case(op, t, {{n}, {0}, start, offset}));
                if (is_crelu(op)) continue;
                ASSERT_NO_FATAL_FAILURE(run_case(op, t, {{n}, {0}, start, offset, 0, true}));
            }
        }
    }
}

TEST_P(GpuOperation, DenseShapes) {
    const public_operation &op = GetParam();
    for (dtype t : {dtype::bf16, dtype::f32}) {
        for (const std::vector<int64_t> &shape : std::vector<std::vector<int64_t>>{{}, {1, 1}, {3, 700}, {2, 1, 17, 16}, {0}, {3, 0, 2}}) {
            if (is_crelu(op) && shape.empty()) continue;
            ASSERT_NO_FATAL_FAILURE(run_case(op, t, {shape, row_major_order(shape.size()), 4}));
        }
        if (op.random || is_crelu(op)) continue;
        ASSERT_NO_FATAL_FAILURE(run_case(op, t, {{40, 30}, {1, 0}, 0}));             // transposed
        ASSERT_NO_FATAL_FAILURE(run_case(op, t, {{2, 5, 7, 11}, {0, 2, 3, 1}, 3}));  // channels-last
    }
}

// Along any axis: rows of halves, aligned or not.
TEST_P(GpuOperation, ConcatenationsAlongAnyAxis) {
    const public_operation &op = GetParam();
    if (!is_crelu(op)) GTEST_SKIP() << "no concatenation";
    for (dtype t : types_of(op)) {
        for (int axis : {0, 1, 2}) {
            for (int64_t start : {0, 1}) {
                ASSERT_NO_FATAL_FAILURE(run_case(op, t, {{3, 5, 16}, {0, 1, 2}, start, 0, axis}));
                ASSERT_NO_FATAL_FAILURE(run_case(op, t, {{700, 3, 1}, {0, 1, 2}, start, 0, axis}));
                ASSERT_NO_FATAL_FAILURE(run_case(op, t, {{2, 70, 129}, {0, 1, 2}, start, 0, axis}));
            }
        }
    }
}

// Any phase in a block; block numbers beyond 32 bits within a launch; indices that wrap.
TEST_P(GpuOperation, AnyIndex) {
    const public_operation &op = GetParam();
    if (!op.random) GTEST_SKIP() << "no index";
    for (dtype t : types_of(op)) {
        for (uint64_t offset : {uint64_t{1}, uint64_t{2}, uint64_t{4}, uint64_t{12345}, (uint64_t{1} << 35) - 1000,
                                (uint64_t{3} << 35) - 996, ~uint64_t{0} - 1500, ~uint64_t{0} - 1503, ~uint64_t{0}}) {
            ASSERT_NO_FATAL_FAILURE(run_case(op, t, {{4099}, {0}, 0, offset}));
        }
    }
}

TEST_P(GpuOperation, EveryVariantThatRuns) {
    std::vector<slopewise_variant> all(slopewise_variants(nullptr, 0));
    slopewise_variants(all.data(), all.size());
    int ran = 0;
    for (const slopewise_variant &v : all) {
        if (!v.usable || v.device != std::string(device_kind_names[int(test_device())])) continue;
        call_settings settings;
        settings.options.variant = v.name;
        for (dtype t : types_of(GetParam())) ASSERT_NO_FATAL_FAILURE(run_case(GetParam(), t, {{1003}, {0}, 0, 8}, settings));
        ran++;
    }
    EXPECT_GT(ran, 0);
}

INSTANTIATE_TEST_SUITE_P(All, GpuOperation, ::testing::ValuesIn(public_operations),
                         [](const auto &info) { return std::string(info.param.name); });

}  // namespace
}  // namespace slopewise::test
