#include "api/run.h"

using namespace slopewise;

extern "C" {

slopewise_status slopewise_leaky_relu(const DLTensor *x, double slope, const DLTensor *y, const slopewise_options *options) {
    constexpr operation op = operation_named("leaky_relu");
    request r(op, options);
    return run(r.in("x", x).out("y", y).scaled_by(slope));
}

slopewise_status slopewise_leaky_relu_backward(const DLTensor *grad_y, const DLTensor *saved, int saved_is_output, double slope,
                                               const DLTensor *grad_x, const slopewise_options *options) {
    constexpr operation op = operation_named("leaky_relu_backward");
    request r(op, options);
    r.saved_is_output = saved_is_output != 0;
    return run(r.in("grad_y", grad_y).in("saved", saved).out("grad_x", grad_x).scaled_by(slope));
}
}
