// The forms of training RReLU against its plain forward call.
#include "contenders/library.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

/// A run that begins inside a block.
measurement::contender with_offset(const problem &p) {
    slopewise_rrelu_params params = rrelu_params;
    params.offset = 3;
    auto *x = static_cast<float *>(p.in[0]);
    auto *y = static_cast<float *>(p.out[0]);
    return succeeding("offset 3", [=, n = size_t(p.n)] { return slopewise_rrelu_f32(x, &params, y, n); });
}

void measure_forms(session &s, int64_t n) {
    problem p = s.memory().make(operation::rrelu, element::f32, n);
    group g = group_of("random", p);
    g.form = "forms";
    g.entries.push_back({library_call("forward", p, nullptr, 1), role::subject});
    g.entries.push_back({with_offset(p), role::variant});
    auto add = [&](const char *name, operation op) {
        problem form = s.memory().make(op, element::f32, n);
        g.entries.push_back({library_call(name, form, nullptr, 1), role::variant, {}, false, form.bytes_in_and_out()});
    };
    add("noise written", operation::rrelu_noise);
    add("backward", operation::rrelu_backward);
    add("backward from noise", operation::rrelu_backward_noise);
    s.measure(g);
}

}  // namespace

void measure_random(session &s) {
    s.memory().make(operation::rrelu_noise, element::f32, 16 << 20);  // all arrays at their full size: none moves any more
    s.memory().make(operation::rrelu_backward, element::f32, 16 << 20);
    for (int64_t n : {1 << 14, 1 << 16, 1 << 20, 16 << 20}) measure_forms(s, n);
}

}  // namespace slopewise::bench
