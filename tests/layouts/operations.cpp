#include "operations.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace slopewise::test {

namespace {

void (*element_of(const std::string &name))(element &) {
    for (const operation_reference &r : operation_references) {
        if (name == r.name) return r.element;
    }
    return nullptr;
}

public_operation described(const char *name, const signature &s, bool noise) {
    bool has_noise = s.count() == 3 && s.inputs == 1;
    int halves_in = s.concatenates() && s.long_one < s.inputs, halves_out = s.concatenates() && s.long_one >= s.inputs;
    int outputs = s.count() - s.inputs - (has_noise && !noise);
    return {name,
            &s,
            noise,
            s.inputs + halves_in,
            outputs + halves_out,
            s.has(signature::random),
            s.has(signature::integers),
            element_of(name)};
}

std::vector<public_operation> all_operations() {
    std::vector<public_operation> all;
    for (const signature &s : signatures) all.push_back(described(s.name, s, false));
    all.push_back(described("rrelu_noise", *find_signature("rrelu"), true));
    return all;
}

}  // namespace

const std::vector<public_operation> public_operations = all_operations();

namespace {

/// Two halves side by side in one storage, as one tensor along the axis.
DLTensor joined(tensor &first, const tensor &second, int axis, std::vector<int64_t> &shape, std::vector<int64_t> &strides) {
    shape = first.shape;
    strides = first.strides;
    auto d = size_t(axis);
    int64_t distance = second.start - first.start;
    if (shape[d] > 1) EXPECT_EQ(distance, shape[d] * strides[d]) << "halves that are not beside each other";
    strides[d] = shape[d] ? distance / shape[d] : 1;
    shape[d] *= 2;
    DLTensor dl = first.dl();
    dl.shape = shape.data();
    dl.strides = strides.data();
    return dl;
}

}  // namespace

slopewise_status call(const public_operation &op, std::vector<tensor> &tensors, const call_settings &settings) {
    std::vector<int64_t> shape, strides;
    std::vector<DLTensor> placed;
    for (size_t i = 0; i < tensors.size(); i++) {
        bool is_half = int(placed.size()) == op.of->long_one;
        placed.push_back(is_half ? joined(tensors[i], tensors[i + 1], settings.axis, shape, strides) : tensors[i].dl());
        if (settings.place) settings.place(placed.back());
        i += is_half;
    }
    const DLTensor *given[4] = {};
    for (size_t i = 0; i < placed.size(); i++) given[i] = &placed[i];
    return op.of->call(given, {leaky_slope, &settings.params, settings.axis, 0, &settings.options});
}

namespace {

/// The index of each row-major element under the settings.
std::vector<uint64_t> slope_indices(const call_settings &settings, const std::vector<int64_t> &shape) {
    const slopewise_rrelu_params &p = settings.params;
    std::vector<int64_t> strides =
        p.index_strides ? std::vector<int64_t>(p.index_strides, p.index_strides + shape.size()) : row_major(shape);
    std::vector<uint64_t> indices;
    each_place(shape, strides, p.offset + (p.key ? 8 * p.key[2] : 0), [&](uint64_t index) { indices.push_back(index); });
    return indices;
}

}  // namespace

void compare(const public_operation &op, const std::vector<std::vector<uint64_t>> &inputs, const std::vector<tensor> &outputs,
             const call_settings &settings) {
    ASSERT_TRUE(op.element) << op.name << " has no line in operation_references, tests/support/reference.h";
    dtype t = outputs[0].type;
    const slopewise_rrelu_params &p = settings.params;
    bounds_in_fixed_point bounds = fixed_point_of(p.lower, p.upper);
    std::vector<uint64_t> indices = slope_indices(settings, outputs[0].shape);
    std::vector<std::vector<uint64_t>> results;
    for (const tensor &out : outputs) results.push_back(out.all());
    double fixed = std::string(op.name) == "rrelu_eval" ? (lower_bound + upper_bound) / 2 : leaky_slope;
    for (int64_t i = 0; i < outputs[0].size(); i++) {
        element e = {};
        e.type = t;
        e.slope = t == dtype::f64 ? fixed : double(float(fixed));
        if (op.random) {
            uint16_t h = draw(indices[size_t(i)], p.key ? p.key[0] : p.seed, p.key ? p.key[1] : p.stream);
            e.slope = slope_of(h, bounds, t == dtype::f64);
        }
        for (size_t k = 0; k < inputs.size(); k++) e.in[k] = inputs[k][size_t(i)];
        op.element(e);
        for (int o = 0; o < op.outputs; o++) {
            uint64_t got = results[size_t(o)][size_t(i)];
            ASSERT_TRUE(agrees(e, o, got)) << op.name << " " << name(t) << " output " << o << " element " << i << std::hex << ": got "
                                           << got << ", expected " << e.out[o];
        }
    }
}

constexpr uint64_t untouched = 0xa5a5a5a5a5a5a5a5;  // what new storage holds

void check(const public_operation &op, std::vector<tensor> &tensors, const call_settings &settings) {
    std::vector<tensor> outputs(tensors.begin() + op.inputs, tensors.end());
    std::vector<std::vector<uint64_t>> inputs;
    std::vector<std::vector<uint8_t>> before;
    for (int i = 0; i < op.inputs; i++) {
        inputs.push_back(tensors[size_t(i)].all());
        before.push_back(tensors[size_t(i)].bytes());
    }
    ASSERT_EQ(call(op, tensors, settings), SLOPEWISE_OK) << slopewise_last_error();
    ASSERT_NO_FATAL_FAILURE(compare(op, inputs, outputs, settings));
    for (size_t i = 0; i < before.size(); i++) ASSERT_TRUE(tensors[i].bytes() == before[i]) << "input " << i << " was written";
    for (const tensor &out : outputs) out.fill(untouched);  // halves of one storage: both, before either is looked at
    for (const tensor &out : outputs) {
        auto is_pattern = [](uint8_t byte) { return byte == uint8_t(untouched); };
        ASSERT_TRUE(std::all_of(out.bytes().begin(), out.bytes().end(), is_pattern)) << "bytes beside the output's elements were written";
    }
}

}  // namespace slopewise::test
