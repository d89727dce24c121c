#include "api/run.h"

using namespace slopewise;

extern "C" {

slopewise_status slopewise_crelu(const DLTensor *x, int axis, const DLTensor *y, const slopewise_options *options) {
    constexpr operation op = operation_named("crelu");
    request r(op, options);
    return run(r.in("x", x).out("y", y).concatenated(axis));
}

slopewise_status slopewise_crelu_backward(const DLTensor *grad_y, const DLTensor *x, int axis, const DLTensor *grad_x,
                                          const slopewise_options *options) {
    constexpr operation op = operation_named("crelu_backward");
    request r(op, options);
    return run(r.in("grad_y", grad_y).in("x", x).out("grad_x", grad_x).concatenated(axis));
}
}
