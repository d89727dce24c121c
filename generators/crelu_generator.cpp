#include "element.h"

namespace slopewise::generators {
namespace {

using halide::load;
using halide::store;

/// Both halves of the concatenation in one pass over x.
class Crelu : public RowGenerator<Crelu> {
public:
    Input<Buffer<void, 2>> x{"x"};
    Output<Buffer<void, 2>> first{"first"}, second{"second"};

    void configure() { store_as(element, x, first, second); }
    void generate() {
        Expr value = load(x(i, row), element);
        first(i, row) = store(halide::relu(value));
        second(i, row) = store(halide::relu(halide::negated(value)));
    }
    void schedule() {
        begin_at_zero(x, first, second);
        if (aligned) begin_aligned(first, second);
        for (auto *half : {&first, &second}) {
            half->split(i, outer, i, lanes_of(x.type()), tail()).vectorize(i);
        }
        second.compute_with(first, outer);
    }

private:
    Var outer{"outer"};
};

class CreluBackward : public RowGenerator<CreluBackward> {
public:
    Input<Buffer<void, 2>> grad_first{"grad_first"}, grad_second{"grad_second"}, x{"x"};
    Output<Buffer<void, 2>> grad_x{"grad_x"};

    void configure() { store_as(element, grad_first, grad_second, x, grad_x); }
    void generate() {
        Expr g1 = load(grad_first(i, row), element), g2 = load(grad_second(i, row), element);
        grad_x(i, row) = store(halide::crelu_backward(g1, g2, load(x(i, row), element), conversions_of(target)));
    }
    void schedule() {
        begin_at_zero(grad_first, grad_second, x, grad_x);
        write_rows(grad_x);
    }
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::Crelu, crelu)
HALIDE_REGISTER_GENERATOR(slopewise::generators::CreluBackward, crelu_backward)
