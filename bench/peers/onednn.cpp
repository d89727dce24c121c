// oneDNN: the element-wise primitive, made once and executed at every call.
#include <omp.h>

#include <oneapi/dnnl/dnnl.hpp>

#include "peer.h"

namespace slopewise::bench {
namespace {

dnnl::engine &cpu() {
    static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    return engine;
}

peer_call executing(const char *name, const dnnl::primitive &primitive, const std::unordered_map<int, dnnl::memory> &where, int threads,
                    bool same_bytes) {
    auto stream = std::make_shared<dnnl::stream>(cpu());
    auto timed = measurement::repeating([=]() mutable { primitive.execute(*stream, where); });
    auto run = [=](int64_t repetitions) {
        omp_set_num_threads(threads);
        timed(repetitions);
    };
    return {name, run, same_bytes};
}

std::vector<peer_call> calls(const problem &p, int threads) try {
    if (p.side) return {};
    constexpr auto relu = dnnl::algorithm::eltwise_relu;
    bool leaky = p.op == operation::leaky_relu || p.op == operation::leaky_relu_backward;
    bool gradient = p.op == operation::relu_backward || p.op == operation::leaky_relu_backward;
    if (!(leaky || gradient || p.op == operation::relu) || !(p.type == element::f32 || p.type == element::bf16)) return {};
    auto type = p.type == element::f32 ? dnnl::memory::data_type::f32 : dnnl::memory::data_type::bf16;
    dnnl::memory::desc array({dnnl::memory::dim(p.n)}, type, dnnl::memory::format_tag::a);
    auto over = [&](void *data) { return dnnl::memory(array, cpu(), data); };
    float slope = leaky ? float(leaky_slope) : 0;
    auto forward = [&](dnnl::prop_kind kind) { return dnnl::eltwise_forward::primitive_desc({kind, relu, array, slope, 0.0f}, cpu()); };
    if (!gradient) {
        dnnl::eltwise_forward primitive(forward(dnnl::prop_kind::forward_inference));
        return {
            executing("oneDNN_eltwise_relu", primitive, {{DNNL_ARG_SRC, over(p.in[0])}, {DNNL_ARG_DST, over(p.out[0])}}, threads, true)};
    }
    auto hint = forward(dnnl::prop_kind::forward_training);
    dnnl::eltwise_backward primitive(dnnl::eltwise_backward::primitive_desc({relu, array, array, slope, 0.0f}, cpu(), hint));
    // The gradient times zero: -0 where it is negative.
    return {executing("oneDNN_eltwise_relu_backward", primitive,
                      {{DNNL_ARG_DIFF_DST, over(p.in[0])}, {DNNL_ARG_SRC, over(p.in[1])}, {DNNL_ARG_DIFF_SRC, over(p.out[0])}}, threads,
                      false)};
} catch (const dnnl::error &) {
    return {};  // this CPU or version has no such primitive
}

}  // namespace
}  // namespace slopewise::bench

extern "C" __attribute__((visibility("default"))) const slopewise::bench::peer *slopewise_bench_peer() {
    const dnnl_version_t *v = dnnl_version();
    static const slopewise::bench::peer p = {std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch),
                                             slopewise::bench::calls};
    return &p;
}
