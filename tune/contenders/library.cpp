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
    operation_traits t = traits_of(p.op);
    operands o = {p.op, {}};
    for (int i = 0; i < t.inputs + t.outputs; i++) {
        void *data = i < t.inputs ? p.in[i] : p.out[i - t.inputs];
        o.tensors.emplace_back(data, p.type, std::vector<int64_t>{i == t.of->long_one ? 2 * p.n : p.n});
    }
    return o;
}

bound_call::bound_call(operands arguments, const slopewise_options &with)
    : of(std::move(arguments)), options(with), function(traits_of(of.op).of->call) {
    for (size_t i = 0; i < of.tensors.size(); i++) tensors[i] = &of.tensors[i].dl;
}

slopewise_status bound_call::operator()() const { return function(tensors, {leaky_slope, &rrelu_params, of.axis, 0, &options}); }

void expect_success(slopewise_status status) {
    if (status != SLOPEWISE_OK) throw std::runtime_error(slopewise_last_error());
}

measurement::repeated library_call(operands o, const slopewise_options &options) {
    auto shared = std::make_shared<const bound_call>(std::move(o), options);
    return succeeding([shared] { return (*shared)(); });
}

measurement::repeated library_call(const problem &p, const slopewise_options &options) { return library_call(operands_of(p), options); }

measurement::repeated library_call(const problem &p, const char *variant, int threads) {
    return library_call(p, options_with(variant, threads));
}

measurement::repeated flat_call(const problem &p) {
    const auto *x = static_cast<const float *>(p.in[0]);
    auto *y = static_cast<float *>(p.out[0]);
    auto n = size_t(p.n);
    if (p.op == operation::rrelu) return succeeding([=] { return slopewise_rrelu_f32(x, &rrelu_params, y, n); });
    if (p.op == operation::leaky_relu) return succeeding([=] { return slopewise_leaky_relu_f32(x, leaky_slope, y, n); });
    return succeeding([=] { return slopewise_relu_f32(x, y, n); });
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
    expect_success(slopewise_choose(traits_of(op).of->name, name_of(type), n, &choice));
    return choice.stores == std::string("streaming");
}

}  // namespace slopewise::contenders
