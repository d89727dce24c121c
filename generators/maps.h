// The maps: each element of the output comes from those of the inputs at its place. A line here is a generator for CPUs
// (map_generator.cpp) and one for GPUs (gpu_map_generator.cpp).
#pragma once

#include <slopewise/halide.h>

namespace slopewise::generators {

/// What a map computes from.
struct operands {
    std::vector<Halide::Expr> in;
    halide::conversions c;
    Halide::Expr slope;  ///< of the computing type, where it takes one

    const Halide::Expr &operator[](size_t i) const { return in[i]; }
};

struct map {
    const char *name;
    std::vector<std::string> inputs;
    const char *output;
    std::function<Halide::Expr(const operands &)> of;
    enum { alone, takes_slope, in_rows } how = alone;  ///< in_rows: of halves of a concatenation, which lie apart
};

inline const std::vector<map> maps = {
    {"relu", {"x"}, "y", [](const operands &o) { return halide::relu(o[0], o.c); }},
    {"relu_backward", {"grad_y", "saved"}, "grad_x", [](const operands &o) { return halide::relu_backward(o[0], o[1], o.c); }},
    {"leaky_relu", {"x"}, "y", [](const operands &o) { return halide::leaky_relu(o[0], o.slope, o.c); }, map::takes_slope},
    {"leaky_relu_backward",
     {"grad_y", "saved"},
     "grad_x",
     [](const operands &o) { return halide::leaky_relu_backward(o[0], o[1], o.slope, o.c); },
     map::takes_slope},
    {"rrelu_backward_noise", {"grad_y", "noise"}, "grad_x", [](const operands &o) { return halide::scaled(o[0], o.c.widen(o[1]), o.c); }},
    {"crelu_backward",
     {"grad_first", "grad_second", "x"},
     "grad_x",
     [](const operands &o) { return halide::crelu_backward(o[0], o[1], o[2], o.c); },
     map::in_rows},
};

/// Makes each of them known to Halide as a generator of this class, whose member `what` it becomes.
template <class Generator>
bool register_maps() {
    for (const map &m : maps) {
        Halide::Internal::RegisterGenerator(m.name, [&m](const Halide::GeneratorContext &context) {
            auto g = Generator::create(context, m.name, m.name);
            g->what = &m;
            return g;
        });
    }
    return true;
}

}  // namespace slopewise::generators
