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

std::vector<peer_call> calls(const problem &p, int threads) {
    c10::InferenceMode no_gradients;
    const std::vector<int64_t> shape = p.side ? std::vector<int64_t>{p.side, p.side} : std::vector<int64_t>{p.n};
    auto over = [&](void *data) { return data ? at::from_blob(data, shape, scalar_type(p.type)) : at::Tensor(); };
    auto input = [&](void *data) { return data && p.side ? over(data).t() : over(data); };
    at::Tensor x = input(p.in[0]), saved = input(p.in[1]), y = over(p.out[0]), noise = over(p.out[1]);
    auto one = [=](const char *name, auto call, bool same_bytes = true) {
        return std::vector<peer_call>{{name, timed(threads, call), same_bytes}};
    };
    switch (p.op) {
        case operation::relu:
            if (p.in_place) return one("PyTorch_relu_", [=]() mutable { at::relu_(y); });
            return one("PyTorch_clamp_min_out", [=]() mutable { at::clamp_min_out(y, x, 0); });
        case operation::relu_backward:
            return one("PyTorch_threshold_backward_out", [=]() mutable { at::threshold_backward_out(y, x, saved, 0); });
        case operation::leaky_relu:
            return one("PyTorch_leaky_relu_out", [=]() mutable { at::leaky_relu_out(y, x, leaky_slope); });
        case operation::rrelu_eval:
            return one("PyTorch_leaky_relu_out", [=]() mutable { at::leaky_relu_out(y, x, (lower + upper) / 2); });
        case operation::rrelu:
        case operation::rrelu_noise: {
            if (p.type == element::f16) return {};  // not implemented for it
            // It always writes its noise, in memory of PyTorch's own where the problem has none.
            auto training = [=]() mutable {
                if (!noise.defined()) noise = at::ones_like(y);
                at::rrelu_with_noise_out(y, x, noise, lower, upper, true);
            };
            return one("PyTorch_rrelu_with_noise_out", training, false);
        }
        case operation::rrelu_backward_noise:
            return one("PyTorch_mul_out", [=]() mutable { at::mul_out(y, x, saved); });
        case operation::crelu:
            return one(
                "PyTorch_cat_relu_relu",
                [=] {
                    at::cat({at::relu(x), at::relu(-x)});
                },
                false);
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
