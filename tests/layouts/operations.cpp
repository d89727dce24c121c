#include "operations.h"

#include <gtest/gtest.h>

namespace slopewise::test {

const std::vector<public_operation> public_operations = {
    {"relu", 1, 1, false, true, relu},
    {"relu_backward", 2, 1, false, false, relu_backward},
    {"leaky_relu", 1, 1, false, false, leaky_relu},
    {"leaky_relu_backward", 2, 1, false, false, leaky_relu_backward},
    {"rrelu", 1, 1, true, false, leaky_relu},
    {"rrelu_noise", 1, 2, true, false, rrelu_noise},
    {"rrelu_eval", 1, 1, false, false, leaky_relu},
    {"rrelu_backward", 2, 1, true, false, rrelu_backward},
    {"rrelu_backward_noise", 2, 1, false, false, rrelu_backward_noise},
    {"crelu", 1, 2, false, true, crelu},
    {"crelu_backward", 3, 1, false, false, crelu_backward},
};

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
    std::vector<DLTensor> t;
    auto placed = [&](DLTensor one) {
        if (settings.place) settings.place(one);
        return one;
    };
    for (tensor &one : tensors) t.push_back(placed(one.dl()));
    const slopewise_options *o = &settings.options;
    std::string name = op.name;
    std::vector<int64_t> shape, strides;
    if (name == "relu") return slopewise_relu(&t[0], &t[1], o);
    if (name == "relu_backward") return slopewise_relu_backward(&t[0], &t[1], &t[2], o);
    if (name == "leaky_relu") return slopewise_leaky_relu(&t[0], leaky_slope, &t[1], o);
    if (name == "leaky_relu_backward") return slopewise_leaky_relu_backward(&t[0], &t[1], 0, leaky_slope, &t[2], o);
    if (name == "rrelu") return slopewise_rrelu(&t[0], &settings.params, &t[1], nullptr, o);
    if (name == "rrelu_noise") return slopewise_rrelu(&t[0], &settings.params, &t[1], &t[2], o);
    if (name == "rrelu_eval") return slopewise_rrelu_eval(&t[0], lower_bound, upper_bound, &t[1], o);
    if (name == "rrelu_backward") return slopewise_rrelu_backward(&t[0], &t[1], 0, &settings.params, &t[2], o);
    if (name == "rrelu_backward_noise") return slopewise_rrelu_backward_noise(&t[0], &t[1], &t[2], o);
    if (name == "crelu") {
        DLTensor y = placed(joined(tensors[1], tensors[2], settings.axis, shape, strides));
        return slopewise_crelu(&t[0], settings.axis, &y, o);
    }
    DLTensor grad_y = placed(joined(tensors[0], tensors[1], settings.axis, shape, strides));
    return slopewise_crelu_backward(&grad_y, &t[2], settings.axis, &t[3], o);
}

uint64_t slope_index(const call_settings &settings, const std::vector<int64_t> &shape, int64_t i) {
    const slopewise_rrelu_params &p = settings.params;
    uint64_t index = p.offset + (p.key ? 8 * p.key[2] : 0);
    std::vector<int64_t> own = row_major(shape);
    for (size_t d = shape.size(); d-- > 0; i /= shape[d]) {
        index += uint64_t(i % shape[d]) * uint64_t(p.index_strides ? p.index_strides[d] : own[d]);
    }
    return index;
}

void compare(const public_operation &op, const std::vector<std::vector<uint64_t>> &inputs, const std::vector<tensor> &outputs,
             const call_settings &settings) {
    dtype t = outputs[0].type;
    const slopewise_rrelu_params &p = settings.params;
    bounds_in_fixed_point bounds = fixed_point_of(p.lower, p.upper);
    double fixed = std::string(op.name) == "rrelu_eval" ? (lower_bound + upper_bound) / 2 : leaky_slope;
    for (int64_t i = 0; i < outputs[0].size(); i++) {
        element e = {};
        e.type = t;
        e.slope = t == dtype::f64 ? fixed : double(float(fixed));
        if (op.random) {
            uint16_t h = draw(slope_index(settings, outputs[0].shape, i), p.key ? p.key[0] : p.seed, p.key ? p.key[1] : p.stream);
            e.slope = slope_of(h, bounds, t == dtype::f64);
        }
        for (size_t k = 0; k < inputs.size(); k++) e.in[k] = inputs[k][size_t(i)];
        op.element(e);
        for (int o = 0; o < op.outputs; o++) {
            uint64_t got = outputs[size_t(o)].get(i);
            ASSERT_TRUE(agrees(e, o, got)) << op.name << " " << name(t) << " output " << o << " element " << i << std::hex << ": got "
                                           << got << ", expected " << e.out[o];
        }
    }
}

}  // namespace slopewise::test
