// Small calls: what checks, dispatch and the call itself cost. The forms of training RReLU against its plain forward call. What
// the next in line pays: ReLU, then a sum over its output, which streaming stores have put out of the caches.
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

/// A run that begins inside a block.
measurement::repeated with_offset(const problem &p) {
    slopewise_rrelu_params params = rrelu_params;
    params.offset = 3;
    auto *x = static_cast<float *>(p.in[0]);
    auto *y = static_cast<float *>(p.out[0]);
    return succeeding([=, n = size_t(p.n)] { return slopewise_rrelu_f32(x, &params, y, n); });
}

void measure_forms(program &to, arena &memory, int64_t n) {
    problem p = memory.at(operation::rrelu, element::f32, n);
    group g = group_of(memory, p, "random");
    g.entries.push_back({"forward", label::library, library_call(p, nullptr, 1)});
    g.entries.push_back({"offset_3", label::variant, with_offset(p)});
    auto add = [&](const char *name, operation op) {
        problem form = memory.at(op, element::f32, n);
        g.preparations.push_back([&memory, sizes = sizes_of(op, form.type, n)] { memory.touch(sizes); });
        g.entries.push_back({name, label::variant, library_call(form, nullptr, 1), false, form.bytes_in_and_out()});
    };
    add("noise_written", operation::rrelu_noise);
    add("backward", operation::rrelu_backward);
    add("backward_from_noise", operation::rrelu_backward_noise);
    to.measure(g);
}

volatile float sink;

measurement::repeated then_read(const measurement::repeated &first, const problem &p) {
    auto *y = static_cast<const float *>(p.out[0]);
    return [=, sum = usable_bounds()[0]->sum, n = size_t(p.n)](int64_t repetitions) {
        for (; repetitions > 0; repetitions--) {
            first(1);
            sink = sum(y, n);
        }
    };
}

void measure_read(program &to, arena &memory, int64_t n) {
    problem p = memory.at(operation::relu, element::f32, n);
    group g = group_of(memory, p, "reader");
    g.bytes += n * size_of(p.type);
    add_library(g, p);
    for (stores kind : {stores::plain, stores::streaming}) add_bounds(g, p, kind);
    add_limit(g, p, stores::plain);
    add_peers(g, p);
    for (entry &e : g.entries) e.run = then_read(e.run, p);
    to.measure(g);
}

}  // namespace

void measure_calls(program &to, arena &memory) {
    for (operation op : {operation::relu, operation::leaky_relu, operation::rrelu}) {
        for (int64_t n : {8, 64, 256, 1024}) measure_call(to, memory, op, n);
    }
}

void measure_random(program &to, arena &memory) {
    for (int64_t n : {1 << 14, 1 << 16, 1 << 20, 16 << 20}) measure_forms(to, memory, n);
}

void measure_reader(program &to, arena &memory) {
    if (usable_bounds().empty()) return;
    for (int64_t n : {1 << 14, 1 << 18, 1 << 20, 4 << 20, 8 << 20, 64 << 20}) measure_read(to, memory, n);
}

}  // namespace slopewise::bench
