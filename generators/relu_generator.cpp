#include "element.h"

namespace slopewise::generators {
namespace {

using halide::load;
using halide::store;

class Relu : public RowGenerator<Relu> {
public:
    Input<Buffer<void, 2>> x{"x"};
    Output<Buffer<void, 2>> y{"y"};

    void configure() { store_as(element, x, y); }
    void generate() { y(i, row) = store(halide::relu(load(x(i, row), element))); }
    void schedule() {
        begin_at_zero(x, y);
        write_rows(y);
    }
};

class ReluBackward : public RowGenerator<ReluBackward> {
public:
    Input<Buffer<void, 2>> grad_y{"grad_y"}, saved{"saved"};
    Output<Buffer<void, 2>> grad_x{"grad_x"};

    void configure() { store_as(element, grad_y, saved, grad_x); }
    void generate() { grad_x(i, row) = store(halide::relu_backward(load(grad_y(i, row), element), load(saved(i, row), element))); }
    void schedule() {
        begin_at_zero(grad_y, saved, grad_x);
        write_rows(grad_x);
    }
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::Relu, relu)
HALIDE_REGISTER_GENERATOR(slopewise::generators::ReluBackward, relu_backward)
