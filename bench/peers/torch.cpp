// PyTorch's operators from C++, in the forms that are fair to it: outputs given where there is such a form. relu_out makes
// a temporary and copies it; clamp_min_out gives the same values without.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <torch/headeronly/version.h>

#include "peer.h"

namespace slopewise::bench {
namespace {

at::ScalarType scalar_type(element t) {
    constexpr at::ScalarType types[] = {at::kHalf,  at::kBFloat16, at::kFloat, at::kDouble, at::kChar,
                                        at::kShort, at::kInt,      at::kLong,  at::kByte};
    return types[static_cast<int>(t)];
}

/// A call repeated without the bookkeeping of gradients.
template <class Call>
measurement::repeated timed(int threads, Call call) {
    return [=](int64_t repetitions) mutable {
        c10::InferenceMode no_gradients;
        at::set_num_threads(threads);
        measurement::repeat(repetitions, call);
    };
}

struct tensors {
    at::Tensor x, saved, y, noise;

    explicit tensors(const problem &p) {
        c10::InferenceMode no_gradients;
        auto over = [&](void *data) { return data ? at::from_blob(data, {p.n}, scalar_type(p.type)) : at::Tensor(); };
        x = over(p.in[0]);
        saved = over(p.in[1]);
        y = over(p.out[0]);
        noise = over(p.out[1]);
    }
};

/// Training RReLU always writes its noise, which stands in memory of PyTorch's own where the problem has none.
peer_call rrelu(tensors t, int threads) {
    auto call = [=]() mutable {
        if (!t.noise.defined()) t.noise = at::ones_like(t.y);
        at::rrelu_with_noise_out(t.y, t.x, t.noise, lower, upper, true);
    };
    return {"PyTorch_rrelu_with_noise_out", timed(threads, call), false};
}

peer_call relu(const problem &p, tensors t, int threads) {
    if (p.in_place) return {"PyTorch_relu_", timed(threads, [=]() mutable { at::relu_(t.y); }), true};
    return {"PyTorch_clamp_min_out", timed(threads, [=]() mutable { at::clamp_min_out(t.y, t.x, 0); }), true};
}

std::vector<peer_call> calls(const problem &p, int threads) {
    tensors t(p);
    auto same = [=](const char *name, auto call) { return std::vector<peer_call>{{name, timed(threads, call), true}}; };
    switch (p.op) {
        case operation::relu:
            return {relu(p, t, threads)};
        case operation::relu_backward:
            return same("PyTorch_threshold_backward_out", [=]() mutable { at::threshold_backward_out(t.y, t.x, t.saved, 0); });
        case operation::leaky_relu:
            return same("PyTorch_leaky_relu_out", [=]() mutable { at::leaky_relu_out(t.y, t.x, leaky_slope); });
        case operation::rrelu_eval:
            return same("PyTorch_leaky_relu_out", [=]() mutable { at::leaky_relu_out(t.y, t.x, (lower + upper) / 2); });
        case operation::rrelu:
        case operation::rrelu_noise:
            if (p.type == element::f16) return {};  // not implemented for it
            return {rrelu(t, threads)};
        case operation::rrelu_backward_noise:
            return same("PyTorch_mul_out", [=]() mutable { at::mul_out(t.y, t.x, t.saved); });
        case operation::crelu:
            return {{"PyTorch_cat_relu_relu", timed(threads, [=] { at::cat({at::relu(t.x), at::relu(-t.x)}); }), false}};
        default:
            return {};
    }
}

}  // namespace
}  // namespace slopewise::bench

extern "C" __attribute__((visibility("default"))) const slopewise::bench::peer *slopewise_bench_peer() {
    static const slopewise::bench::peer p = {TORCH_VERSION, slopewise::bench::calls};
    return &p;
}
