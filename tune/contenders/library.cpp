#include "contenders/library.h"

#include <memory>
#include <stdexcept>

namespace slopewise::contenders {
namespace {

DLDataType dlpack_type(element t) {
    if (t == element::bf16) return {kDLBfloat, 16, 1};
    uint8_t code = t <= element::f64 ? kDLFloat : t == element::u8 ? kDLUInt : kDLInt;
    return {code, uint8_t(8 * size_of(t)), 1};
}

}  // namespace

slopewise_options options_with(const char *variant, int threads) {
    slopewise_options options = {};
    options.struct_size = sizeof options;
    options.variant = variant;
    options.threads = threads;
    return options;
}

tensor::tensor(void *data, element type, std::vector<int64_t> shape, std::vector<int64_t> strides, int64_t first)
    : shape(std::move(shape)), strides(std::move(strides)) {
    dl = {data, {kDLCPU, 0}, int(this->shape.size()), dlpack_type(type), nullptr, nullptr, uint64_t(first * size_of(type))};
    dl.shape = this->shape.data();
    dl.strides = this->strides.empty() ? nullptr : this->strides.data();
}

tensor::tensor(const tensor &other) : shape(other.shape), strides(other.strides), dl(other.dl) {
    dl.shape = shape.data();
    dl.strides = strides.empty() ? nullptr : strides.data();
}

operands operands_of(const problem &p) {
    int64_t first_in = p.op == operation::crelu_backward ? 2 * p.n : p.n, first_out = p.op == operation::crelu ? 2 * p.n : p.n;
    operands o = {p.op, {{p.in[0], p.type, {first_in}}}};
    if (traits_of(p.op).inputs == 2) o.tensors.emplace_back(p.in[1], p.type, std::vector<int64_t>{p.n});
    o.tensors.emplace_back(p.out[0], p.type, std::vector<int64_t>{first_out});
    if (p.op == operation::rrelu_noise) o.tensors.emplace_back(p.out[1], p.type, std::vector<int64_t>{p.n});
    return o;
}

slopewise_status call(const operands &o, const slopewise_options *options) {
    auto t = [&](size_t i) { return &o.tensors[i].dl; };
    switch (o.op) {
        case operation::relu:
            return slopewise_relu(t(0), t(1), options);
        case operation::relu_backward:
            return slopewise_relu_backward(t(0), t(1), t(2), options);
        case operation::leaky_relu:
            return slopewise_leaky_relu(t(0), leaky_slope, t(1), options);
        case operation::leaky_relu_backward:
            return slopewise_leaky_relu_backward(t(0), t(1), 0, leaky_slope, t(2), options);
        case operation::rrelu:
            return slopewise_rrelu(t(0), &rrelu_params, t(1), nullptr, options);
        case operation::rrelu_noise:
            return slopewise_rrelu(t(0), &rrelu_params, t(1), t(2), options);
        case operation::rrelu_eval:
            return slopewise_rrelu_eval(t(0), lower, upper, t(1), options);
        case operation::rrelu_backward:
            return slopewise_rrelu_backward(t(0), t(1), 0, &rrelu_params, t(2), options);
        case operation::rrelu_backward_noise:
            return slopewise_rrelu_backward_noise(t(0), t(1), t(2), options);
        case operation::crelu:
            return slopewise_crelu(t(0), o.axis, t(1), options);
        case operation::crelu_backward:
            return slopewise_crelu_backward(t(0), t(1), o.axis, t(2), options);
    }
    return SLOPEWISE_INTERNAL;
}

void expect_success(slopewise_status status, const std::string &name) {
    if (status != SLOPEWISE_OK) throw std::runtime_error(name + ": " + slopewise_last_error());
}

measurement::contender library_call(std::string name, operands o, const slopewise_options &options) {
    auto shared = std::make_shared<operands>(std::move(o));
    return succeeding(std::move(name), [shared, options] { return call(*shared, &options); });
}

measurement::contender library_call(std::string name, const problem &p, const slopewise_options &options) {
    return library_call(std::move(name), operands_of(p), options);
}

measurement::contender library_call(std::string name, const problem &p, const char *variant, int threads) {
    return library_call(std::move(name), p, options_with(variant, threads));
}

measurement::contender flat_call(const problem &p) {
    const auto *x = static_cast<const float *>(p.in[0]);
    auto *y = static_cast<float *>(p.out[0]);
    auto n = size_t(p.n);
    if (p.op == operation::rrelu) return succeeding("slopewise_rrelu_f32", [=] { return slopewise_rrelu_f32(x, &rrelu_params, y, n); });
    if (p.op == operation::leaky_relu) {
        return succeeding("slopewise_leaky_relu_f32", [=] { return slopewise_leaky_relu_f32(x, leaky_slope, y, n); });
    }
    return succeeding("slopewise_relu_f32", [=] { return slopewise_relu_f32(x, y, n); });
}

std::vector<const char *> usable_variants() {
    std::vector<slopewise_variant> all(slopewise_variants(nullptr, 0));
    slopewise_variants(all.data(), all.size());
    std::vector<const char *> names;
    for (const slopewise_variant &v : all) {
        if (v.usable && std::string(v.device) == "cpu") names.push_back(v.name);
    }
    return names;
}

bool streams(operation op, element type, int64_t n) {
    slopewise_choice choice = {sizeof choice, nullptr, nullptr, nullptr, 0};
    expect_success(slopewise_choose(traits_of(op).explained_as, name_of(type), n, &choice), "slopewise_choose");
    return choice.stores == std::string("streaming");
}

}  // namespace slopewise::contenders
