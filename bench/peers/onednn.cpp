// oneDNN: the element-wise primitive, made once and executed at every call.
#include <omp.h>

#include <oneapi/dnnl/dnnl.hpp>

#include "peer.h"

namespace slopewise::bench {
namespace {

using arguments = std::unordered_map<int, dnnl::memory>;

dnnl::engine &cpu() {
    static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    return engine;
}

/// Throws where this CPU or version has no such primitive.
dnnl::eltwise_forward::primitive_desc forward(const dnnl::memory::desc &array, float slope) {
    return {{dnnl::prop_kind::forward_inference, dnnl::algorithm::eltwise_relu, array, slope, 0.0f}, cpu()};
}

dnnl::eltwise_backward::primitive_desc backward(const dnnl::memory::desc &array, float slope) {
    dnnl::eltwise_forward::primitive_desc hint({dnnl::prop_kind::forward_training, dnnl::algorithm::eltwise_relu, array, slope, 0.0f},
                                               cpu());
    return {{dnnl::algorithm::eltwise_relu, array, array, slope, 0.0f}, cpu(), hint};
}

peer_call executing(const char *name, const dnnl::primitive &primitive, const arguments &where, int threads, bool same_bytes) {
    auto stream = std::make_shared<dnnl::stream>(cpu());
    auto timed = measurement::repeating([=]() mutable { primitive.execute(*stream, where); });
    auto run = [=](int64_t repetitions) {
        omp_set_num_threads(threads);
        timed(repetitions);
    };
    return {name, run, same_bytes};
}

std::vector<peer_call> calls(const problem &p, int threads) {
    bool leaky = p.op == operation::leaky_relu || p.op == operation::leaky_relu_backward;
    bool gradient = p.op == operation::relu_backward || p.op == operation::leaky_relu_backward;
    if (!(leaky || gradient || p.op == operation::relu) || !(p.type == element::f32 || p.type == element::bf16)) return {};
    auto type = p.type == element::f32 ? dnnl::memory::data_type::f32 : dnnl::memory::data_type::bf16;
    dnnl::memory::desc array({dnnl::memory::dim(p.n)}, type, dnnl::memory::format_tag::a);
    auto over = [&](void *data) { return dnnl::memory(array, cpu(), data); };
    float slope = leaky ? float(leaky_slope) : 0;
    try {
        if (!gradient) {
            arguments where = {{DNNL_ARG_SRC, over(p.in[0])}, {DNNL_ARG_DST, over(p.out[0])}};
            return {executing("oneDNN_eltwise_relu", dnnl::eltwise_forward(forward(array, slope)), where, threads, true)};
        }
        // The gradient times zero: -0 where it is negative.
        arguments where = {{DNNL_ARG_DIFF_DST, over(p.in[0])}, {DNNL_ARG_SRC, over(p.in[1])}, {DNNL_ARG_DIFF_SRC, over(p.out[0])}};
        return {executing("oneDNN_eltwise_relu_backward", dnnl::eltwise_backward(backward(array, slope)), where, threads, false)};
    } catch (const dnnl::error &) {
        return {};
    }
}

}  // namespace
}  // namespace slopewise::bench

extern "C" __attribute__((visibility("default"))) const slopewise::bench::peer *slopewise_bench_peer() {
    const dnnl_version_t *v = dnnl_version();
    static const slopewise::bench::peer p = {std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch),
                                             slopewise::bench::calls};
    return &p;
}
