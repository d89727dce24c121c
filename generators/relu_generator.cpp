#include "element.h"

namespace slopewise::generators {
namespace {

using halide::load;
using halide::store;

class Relu : public Generator<Relu> {
public:
    GeneratorParam<Type> element{"element", Float(32)};
    GeneratorParam<int> vectors{"vectors", 4, 1, 16};
    Input<Buffer<void, 2>> x{"x"};
    Output<Buffer<void, 2>> y{"y"};

    void configure() { store_as(element, x, y); }
    void generate() { y(i, row) = store(halide::relu(load(x(i, row), element))); }
    void schedule() {
        begin_at_zero(x, y);
        halide::vectorize_rows(y, i, lanes_of(target, y.type(), vectors));
    }

private:
    Var i{"i"}, row{"row"};
};

class ReluBackward : public Generator<ReluBackward> {
public:
    GeneratorParam<Type> element{"element", Float(32)};
    GeneratorParam<int> vectors{"vectors", 4, 1, 16};
    Input<Buffer<void, 2>> grad_y{"grad_y"}, saved{"saved"};
    Output<Buffer<void, 2>> grad_x{"grad_x"};

    void configure() { store_as(element, grad_y, saved, grad_x); }
    void generate() { grad_x(i, row) = store(halide::relu_backward(load(grad_y(i, row), element), load(saved(i, row), element))); }
    void schedule() {
        begin_at_zero(grad_y, saved, grad_x);
        halide::vectorize_rows(grad_x, i, lanes_of(target, grad_x.type(), vectors));
    }

private:
    Var i{"i"}, row{"row"};
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::Relu, relu)
HALIDE_REGISTER_GENERATOR(slopewise::generators::ReluBackward, relu_backward)
