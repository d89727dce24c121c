// The forms of training RReLU against its plain forward call.
#include "contenders/library.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

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

}  // namespace

void measure_random(program &to, arena &memory) {
    for (int64_t n : {1 << 14, 1 << 16, 1 << 20, 16 << 20}) measure_forms(to, memory, n);
}

}  // namespace slopewise::bench
