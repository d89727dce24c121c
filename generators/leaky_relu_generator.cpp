// Leaky ReLU, and the other kernels that scale by something given: RReLU's gradient from stored noise.
#include "element.h"

namespace slopewise::generators {
namespace {

using halide::load;
using halide::store;

class LeakyRelu : public RowGenerator<LeakyRelu> {
public:
    Input<Buffer<void, 2>> x{"x"};
    Input<double> slope{"slope"};
    Output<Buffer<void, 2>> y{"y"};

    void configure() { store_as(element, x, y); }
    void generate() {
        Expr a = cast(halide::computing_type(element), slope);
        y(i, row) = store(halide::leaky_relu(load(x(i, row), element), a, conversions_of(target)));
    }
    void schedule() {
        begin_at_zero(x, y);
        write_rows(y);
    }
};

class LeakyReluBackward : public RowGenerator<LeakyReluBackward> {
public:
    Input<Buffer<void, 2>> grad_y{"grad_y"};
    Input<double> slope{"slope"};
    Input<Buffer<void, 2>> saved{"saved"};
    Output<Buffer<void, 2>> grad_x{"grad_x"};

    void configure() { store_as(element, grad_y, saved, grad_x); }
    void generate() {
        Expr a = cast(halide::computing_type(element), slope);
        Expr grad = load(grad_y(i, row), element), x_or_y = load(saved(i, row), element);
        grad_x(i, row) = store(halide::leaky_relu_backward(grad, x_or_y, a, conversions_of(target)));
    }
    void schedule() {
        begin_at_zero(grad_y, saved, grad_x);
        write_rows(grad_x);
    }
};

class NoiseBackward : public RowGenerator<NoiseBackward> {
public:
    Input<Buffer<void, 2>> grad_y{"grad_y"}, noise{"noise"};
    Output<Buffer<void, 2>> grad_x{"grad_x"};

    void configure() { store_as(element, grad_y, noise, grad_x); }
    void generate() {
        halide::conversions c = conversions_of(target);
        Expr factor = c.widen(load(noise(i, row), element));
        grad_x(i, row) = store(halide::scaled(load(grad_y(i, row), element), factor, c));
    }
    void schedule() {
        begin_at_zero(grad_y, noise, grad_x);
        write_rows(grad_x);
    }
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::LeakyRelu, leaky_relu)
HALIDE_REGISTER_GENERATOR(slopewise::generators::LeakyReluBackward, leaky_relu_backward)
HALIDE_REGISTER_GENERATOR(slopewise::generators::NoiseBackward, noise_backward)
