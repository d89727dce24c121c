// XNNPACK: the clamp operator, set up and run at every call, as a caller whose tensors change does.
#include <xnnpack.h>

#include <limits>
#include <memory>

#include "peer.h"

namespace slopewise::bench {
namespace {

using xnn_operator = std::shared_ptr<std::remove_pointer_t<xnn_operator_t>>;

xnn_operator owned(xnn_operator_t op) { return {op, xnn_delete_operator}; }

template <class Setup>
std::vector<peer_call> calling(const char *name, xnn_status created, xnn_operator_t op, Setup setup) {
    if (created != xnn_status_success) return {};  // this CPU or build has none
    auto run = measurement::repeating([=, owner = owned(op)] {
        setup(owner.get());
        xnn_run_operator(owner.get(), nullptr);
    });
    return {{name, run, true}};
}

std::vector<peer_call> calls(const problem &p, int threads) {
    if (p.side) return {};
    if (threads != 1) return {};
    auto n = size_t(p.n);
    const float infinity = std::numeric_limits<float>::infinity();
    xnn_operator_t op = nullptr;
    auto *x = static_cast<const float *>(p.in[0]);
    auto *y = static_cast<float *>(p.out[0]);
    if (p.is(operation::relu, element::f32)) {
        xnn_status created = xnn_create_clamp_nc_f32(n, n, n, 0, infinity, 0, &op);
        return calling("XNNPACK_clamp", created, op, [=](xnn_operator_t o) { xnn_setup_clamp_nc_f32(o, 1, x, y, nullptr); });
    }
    if (p.is(operation::relu, element::f16)) {
        xnn_status created = xnn_create_clamp_nc_f16(n, n, n, 0, infinity, 0, &op);
        return calling("XNNPACK_clamp", created, op, [=](xnn_operator_t o) { xnn_setup_clamp_nc_f16(o, 1, x, y, nullptr); });
    }
    if (p.is(operation::leaky_relu, element::f32)) {
        xnn_status created = xnn_create_leaky_relu_nc_f32(n, n, n, float(leaky_slope), 0, &op);
        return calling("XNNPACK_leaky_relu", created, op, [=](xnn_operator_t o) { xnn_setup_leaky_relu_nc_f32(o, 1, x, y, nullptr); });
    }
    return {};
}

}  // namespace
}  // namespace slopewise::bench

extern "C" __attribute__((visibility("default"))) const slopewise::bench::peer *slopewise_bench_peer() {
    static const slopewise::bench::peer p = {SLOPEWISE_PEER_VERSION, slopewise::bench::calls};
    return xnn_initialize(nullptr) == xnn_status_success ? &p : nullptr;
}
