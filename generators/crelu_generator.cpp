#include "element.h"

namespace slopewise::generators {
namespace {

using halide::load;
using halide::store;

/// Both halves of the concatenation in one pass over x.
class Crelu : public Generator<Crelu> {
public:
    GeneratorParam<Type> element{"element", Float(32)};
    GeneratorParam<int> vectors{"vectors", 2, 1, 16};
    Input<Buffer<void, 2>> x{"x"};
    Output<Buffer<void, 2>> first{"first"}, second{"second"};

    void configure() {
        x.set_type(halide::stored_type(element));
        first.set_type(halide::stored_type(element));
        second.set_type(halide::stored_type(element));
    }
    void generate() {
        Expr value = load(x(i, row), element);
        first(i, row) = store(halide::relu(value));
        second(i, row) = store(halide::relu(halide::negated(value)));
    }
    void schedule() {
        constrain_rows(x);
        int lanes = lanes_of(target, x.type(), vectors);
        for (auto *half : {&first, &second}) {
            constrain_rows(*half);
            half->split(i, outer, i, lanes, TailStrategy::GuardWithIf).vectorize(i);
        }
        second.compute_with(first, outer);
    }

private:
    Var i{"i"}, row{"row"}, outer{"outer"};
};

class CreluBackward : public Generator<CreluBackward> {
public:
    GeneratorParam<Type> element{"element", Float(32)};
    GeneratorParam<int> vectors{"vectors", 2, 1, 16};
    Input<Buffer<void, 2>> grad_first{"grad_first"}, grad_second{"grad_second"}, x{"x"};
    Output<Buffer<void, 2>> grad_x{"grad_x"};

    void configure() {
        for (auto *input : {&grad_first, &grad_second, &x}) input->set_type(halide::stored_type(element));
        grad_x.set_type(halide::stored_type(element));
    }
    void generate() {
        Expr g1 = load(grad_first(i, row), element), g2 = load(grad_second(i, row), element);
        grad_x(i, row) = store(halide::crelu_backward(g1, g2, load(x(i, row), element), conversions_of(target)));
    }
    void schedule() {
        for (auto *input : {&grad_first, &grad_second, &x}) constrain_rows(*input);
        constrain_rows(grad_x);
        halide::vectorize_rows(grad_x, i, lanes_of(target, grad_x.type(), vectors));
    }

private:
    Var i{"i"}, row{"row"};
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::Crelu, crelu)
HALIDE_REGISTER_GENERATOR(slopewise::generators::CreluBackward, crelu_backward)
