#include "api/run.h"

using namespace slopewise;

extern "C" {

slopewise_status slopewise_relu(const DLTensor *x, const DLTensor *y, const slopewise_options *options) {
    constexpr operation op = operation_named("relu");
    request r(op, options);
    return run(r.in("x", x).out("y", y));
}

slopewise_status slopewise_relu_backward(const DLTensor *grad_y, const DLTensor *x_or_y, const DLTensor *grad_x,
                                         const slopewise_options *options) {
    constexpr operation op = operation_named("relu_backward");
    request r(op, options);
    return run(r.in("grad_y", grad_y).in("x_or_y", x_or_y).out("grad_x", grad_x));
}
}
