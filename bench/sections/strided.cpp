// Layouts against a contiguous call on as many elements.
#include "contenders/library.h"
#include "layouts.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

/// The operation's operands: inputs in the layout's first form, outputs in its second.
operands laid_out(session &s, operation op, const layout &l) {
    operands o = {op, {}};
    int64_t bytes = l.span * size_of(element::f32);
    for (int i = 0; i < traits_of(op).inputs; i++) o.tensors.emplace_back(s.memory().input(i, bytes), element::f32, l.shape, l.in);
    o.tensors.emplace_back(s.memory().output(0, bytes), element::f32, l.shape, l.out);
    return o;
}

void measure_layout(session &s, operation op, const layout &l) {
    problem p = s.memory().make(op, element::f32, l.elements());
    operands o = laid_out(s, op, l);
    p = s.memory().make(op, element::f32, l.elements());  // the layout may have needed larger arrays
    group g = group_of("strided", p);
    g.form = l.name;
    g.entries.push_back({library_call("contiguous", p, nullptr, 1), role::subject});
    g.entries.push_back({library_call("strided", o, options_with(nullptr, 1)), role::variant});
    s.measure(g);
}

/// Concatenation along the inner of two dimensions against one long run.
void measure_concatenation(session &s, int64_t n, int64_t inner) {
    problem p = s.memory().make(operation::crelu, element::f32, n);
    operands o = {operation::crelu, {{p.in[0], element::f32, {n / inner, inner}}, {p.out[0], element::f32, {n / inner, 2 * inner}}}, 1};
    group g = group_of("strided", p);
    g.form = "inner rows of " + std::to_string(inner);
    g.elements = n / inner * inner;
    g.entries.push_back({library_call("contiguous", p, nullptr, 1), role::subject});
    g.entries.push_back({library_call("strided", o, options_with(nullptr, 1)), role::variant});
    s.measure(g);
}

}  // namespace

void measure_strided(session &s) {
    constexpr int64_t n = 1 << 20;
    for (operation op : {operation::relu, operation::relu_backward, operation::rrelu}) {
        for (const layout &l : layouts(s.how().quick)) measure_layout(s, op, l);
    }
    for (int64_t inner : {3, 8, 27, 64, 1024}) measure_concatenation(s, n, inner);
}

}  // namespace slopewise::bench
