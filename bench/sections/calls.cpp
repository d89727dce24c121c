// Small calls: what checks, dispatch and the call itself cost.
#include "contenders/library.h"
#include "entries.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

using measurement::contender;

/// On DLTensors that are there, as a framework has them.
contender tensor_call(operation op, const tensor &in, const tensor &out) {
    const DLTensor *x = &in.dl, *y = &out.dl;
    if (op == operation::rrelu)
        return succeeding("slopewise_rrelu", [=] { return slopewise_rrelu(x, &rrelu_params, y, nullptr, nullptr); });
    if (op == operation::leaky_relu)
        return succeeding("slopewise_leaky_relu", [=] { return slopewise_leaky_relu(x, leaky_slope, y, nullptr); });
    return succeeding("slopewise_relu", [=] { return slopewise_relu(x, y, nullptr); });
}

void measure_call(session &s, operation op, int64_t n) {
    problem p = s.memory().make(op, element::f32, n);
    group g = group_of("calls", p);
    g.form = "call";
    g.entries.push_back({flat_call(p), role::subject});
    tensor x(p.in[0], p.type, {n}), y(p.out[0], p.type, {n});
    g.entries.push_back({tensor_call(op, x, y), role::variant, {}, true});
    add_bounds(g.entries, p, stores::plain);
    add_peers(g.entries, p);
    verify(g.entries, p);
    s.measure(g);
}

}  // namespace

void measure_calls(session &s) {
    for (operation op : {operation::relu, operation::leaky_relu, operation::rrelu}) {
        for (int64_t n : {8, 64, 256, 1024}) measure_call(s, op, n);
    }
}

}  // namespace slopewise::bench
