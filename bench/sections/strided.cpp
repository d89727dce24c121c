// Layouts against a contiguous call on as many elements.
#include "contenders/library.h"
#include "entries.h"
#include "layouts.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

/// A contiguous call and the same operation on other operands.
group against_contiguous(arena &memory, const problem &p, const operands &o, const std::string &form) {
    group g = group_of(memory, p, "strided/" + as_name(form));
    g.entries.push_back({"contiguous", label::library, library_call(p, nullptr, 1)});
    g.entries.push_back({"strided", label::variant, library_call(o, options_with(nullptr, 1))});
    return g;
}

/// The operation's operands: inputs in the layout's first form, outputs in its second.
void measure_layout(program &to, arena &memory, operation op, const layout &l) {
    operands o = {op, {}};
    for (int i = 0; i < traits_of(op).inputs; i++) o.tensors.emplace_back(memory.input(i), element::f32, l.shape, l.in);
    o.tensors.emplace_back(memory.output(0), element::f32, l.shape, l.out);
    group g = against_contiguous(memory, memory.at(op, element::f32, l.elements()), o, l.name);
    int64_t bytes = l.span * size_of(element::f32);
    g.preparations.push_back([&memory, bytes] { memory.touch({{bytes, bytes, bytes, 0}}); });
    to.measure(g);
}

/// Concatenation along the inner of two dimensions against one long run.
void measure_concatenation(program &to, arena &memory, int64_t n, int64_t inner) {
    problem p = memory.at(operation::crelu, element::f32, n / inner * inner);
    operands o = {operation::crelu, {{p.in[0], p.type, {n / inner, inner}}, {p.out[0], p.type, {n / inner, 2 * inner}}}, 1};
    to.measure(against_contiguous(memory, p, o, "inner rows of " + std::to_string(inner)));
}

}  // namespace

void measure_strided(program &to, arena &memory) {
    for (operation op : {operation::relu, operation::relu_backward, operation::rrelu}) {
        for (const layout &l : layouts()) measure_layout(to, memory, op, l);
    }
    for (int64_t inner : {3, 8, 27, 64, 1024}) measure_concatenation(to, memory, 1 << 20, inner);
}

}  // namespace slopewise::bench
