// Layouts: every operation on tensors whose operands lie differently in memory gives what the scalar reference gives,
// and touches nothing else: no byte between the elements, nor of the inputs.
#include <gtest/gtest.h>

#include "dispatch/dispatch.h"
#include "operations.h"
#include "support/inputs.h"

namespace slopewise::test {
namespace {

/// How one operand lies in memory.
struct layout {
    std::string name;
    std::function<tensor(dtype, const std::vector<int64_t> &)> make;
    bool for_outputs = true;
};

tensor in_order(dtype t, const std::vector<int64_t> &shape, const std::vector<int> &order) {
    std::vector<int64_t> stored;
    for (int d : order) stored.push_back(shape[size_t(d)]);
    std::vector<int> back(order.size());
    for (size_t i = 0; i < order.size(); i++) back[size_t(order[i])] = int(i);
    return tensor(t, stored).permuted(back);
}

tensor contiguous(dtype t, const std::vector<int64_t> &shape) { return tensor(t, shape); }

tensor reversed(dtype t, const std::vector<int64_t> &shape) {
    std::vector<int> order;
    for (size_t d = shape.size(); d-- > 0;) order.push_back(int(d));
    return in_order(t, shape, order);
}

/// Channels-last and its kin: the second dimension innermost.
tensor channels_last(dtype t, const std::vector<int64_t> &shape) {
    std::vector<int> order;
    for (size_t d = 0; d < shape.size(); d++) {
        if (d != 1) order.push_back(int(d));
    }
    if (shape.size() > 1) order.push_back(1);
    return in_order(t, shape, order);
}

tensor flipped(dtype t, const std::vector<int64_t> &shape) {
    tensor v(t, shape);
    for (size_t d = 0; d < shape.size(); d += 2) v = v.flipped(d);
    return v;
}

/// A slice: gaps after every row, and a start inside.
tensor sliced(dtype t, const std::vector<int64_t> &shape) {
    std::vector<int64_t> whole = shape;
    for (int64_t &extent : whole) extent += 3;
    std::vector<int64_t> strides = row_major(whole);
    int64_t start = std::accumulate(strides.begin(), strides.end(), int64_t{0});
    return tensor(t, shape, strides, start, count(whole));
}

tensor every_other(dtype t, const std::vector<int64_t> &shape) {
    std::vector<int64_t> strides = row_major(shape);
    for (int64_t &s : strides) s *= 2;
    return tensor(t, shape, strides, 1, 2 * count(shape));
}

/// Only inputs: the first dimension repeats the same elements.
tensor expanded(dtype t, const std::vector<int64_t> &shape) {
    std::vector<int64_t> one = shape;
    one[0] = 1;
    std::vector<int64_t> strides = row_major(one);
    strides[0] = 0;
    return tensor(t, shape, strides, 0, count(one));
}

const std::vector<layout> &layouts() {
    static const std::vector<layout> all = {{"contiguous", contiguous},   {"reversed", reversed}, {"channels_last", channels_last},
                                            {"flipped", flipped},         {"sliced", sliced},     {"every_other", every_other},
                                            {"expanded", expanded, false}};
    return all;
}

struct layout_case {
    std::vector<int64_t> shape;
    int input, output;  ///< indices of layouts()
};

class Layouts : public ::testing::TestWithParam<layout_case> {};

/// Two tensors of the layout beside each other in one storage: the halves of a concatenation along dimension 0.
void add_halves(std::vector<tensor> &to, const layout &l, dtype t, const std::vector<int64_t> &shape) {
    std::vector<int64_t> whole = shape;
    whole[0] *= 2;
    tensor both = l.make(t, whole);
    to.push_back(both.view(shape, both.strides, both.start));
    to.push_back(both.view(shape, both.strides, both.start + shape[0] * both.strides[0]));
}

std::vector<tensor> make_tensors(const public_operation &op, dtype t, const layout_case &c) {
    const layout &input = layouts()[size_t(c.input)], &output = layouts()[size_t(c.output)];
    bool long_input = op.inputs == 3, long_output = std::string(op.name) == "crelu";
    std::vector<tensor> tensors;
    // Only one input takes the layout, so that operands differ from each other too.
    if (long_input) add_halves(tensors, input.for_outputs ? input : layouts()[0], t, c.shape);
    for (int i = long_input ? 2 : 0; i < op.inputs; i++) tensors.push_back(i % 2 ? tensor(t, c.shape) : input.make(t, c.shape));
    if (long_output) add_halves(tensors, output, t, c.shape);
    for (int o = 0; o < op.outputs && !long_output; o++) tensors.push_back(o ? tensor(t, c.shape) : output.make(t, c.shape));
    for (int i = 0; i < op.inputs; i++) tensors[size_t(i)].fill(shared_adversarial_bits(t, size_t(count(c.shape)), uint64_t(31 * i + 5)));
    return tensors;
}

void run_case(const public_operation &op, dtype t, const layout_case &c, const char *variant, int threads) {
    SCOPED_TRACE(std::string(op.name) + " " + name(t) + " " + layouts()[size_t(c.input)].name + " to " + layouts()[size_t(c.output)].name +
                 " on " + variant);
    std::vector<tensor> tensors = make_tensors(op, t, c);
    call_settings settings;
    settings.options.variant = variant;
    settings.options.threads = threads;
    check(op, tensors, settings);
}

TEST_P(Layouts, EqualReference) {
    int ran = 0;
    for (int v = 0; v < variant_count; v++) {
        if (!this_machine().usable[v]) continue;
        for (const public_operation &op : public_operations) {
            for (dtype t : {dtype::bf16, dtype::f32, dtype::f64}) {
                int threads = ran++ % 3 ? 1 : 3;
                ASSERT_NO_FATAL_FAILURE(run_case(op, t, GetParam(), variants[v].name, threads));
            }
            if (op.integers) ASSERT_NO_FATAL_FAILURE(run_case(op, dtype::i8, GetParam(), variants[v].name, 1));
        }
    }
    EXPECT_GT(ran, 0) << "no variant ran";
}

std::vector<layout_case> cases() {
    std::vector<layout_case> all;
    for (const std::vector<int64_t> &shape :
         std::vector<std::vector<int64_t>>{{37}, {3, 700}, {90, 3}, {150, 131}, {2, 3, 17, 19}, {4, 3, 5, 2, 33}}) {
        for (int input = 0; input < int(layouts().size()); input++) {
            for (int output = 0; output < int(layouts().size()); output++) {
                if (layouts()[size_t(output)].for_outputs) all.push_back({shape, input, output});
            }
        }
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(All, Layouts, ::testing::ValuesIn(cases()), [](const auto &info) {
    const layout_case &c = info.param;
    return std::to_string(c.shape.size()) + "d_" + std::to_string(c.shape.back()) + "_" + layouts()[size_t(c.input)].name + "_to_" +
           layouts()[size_t(c.output)].name;
});

}  // namespace
}  // namespace slopewise::test
