// Small calls: what checks, dispatch and the call itself cost.
#include "contenders/library.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

/// On DLTensors that are there, as a framework has them.
measurement::repeated tensor_call(operation op, const tensor &in, const tensor &out) {
    const DLTensor *x = &in.dl, *y = &out.dl;
    if (op == operation::rrelu) return succeeding([=] { return slopewise_rrelu(x, &rrelu_params, y, nullptr, nullptr); });
    if (op == operation::leaky_relu) return succeeding([=] { return slopewise_leaky_relu(x, leaky_slope, y, nullptr); });
    return succeeding([=] { return slopewise_relu(x, y, nullptr); });
}

void measure_call(program &to, arena &memory, operation op, int64_t n) {
    problem p = memory.at(op, element::f32, n);
    group g = group_of(memory, p, "calls");
    g.entries.push_back(flat_entry(p, label::library));
    tensor x(p.in[0], p.type, {n}), y(p.out[0], p.type, {n});
    g.entries.push_back({std::string("slopewise_") + traits_of(op).name, label::variant, tensor_call(op, x, y), true});
    add_bounds(g, p, stores::plain);
    add_peers(g, p);
    verify_first(g, p);
    to.measure(g);
}

}  // namespace

void measure_calls(program &to, arena &memory) {
    for (operation op : {operation::relu, operation::leaky_relu, operation::rrelu}) {
        for (int64_t n : {8, 64, 256, 1024}) measure_call(to, memory, op, n);
    }
}

}  // namespace slopewise::bench
