#include "api/run.h"
#include "cpu/float_environment.h"

using namespace slopewise;

extern "C" {

slopewise_status slopewise_rrelu(const DLTensor *x, const slopewise_rrelu_params *params, const DLTensor *y, const DLTensor *noise,
                                 const slopewise_options *options) {
    constexpr operation op = operation_named("rrelu");
    request r(op, options);
    r.in("x", x).out("y", y).random(params);
    if (noise) r.out("noise", noise);
    return run(r);
}

slopewise_status slopewise_rrelu_eval(const DLTensor *x, double lower, double upper, const DLTensor *y, const slopewise_options *options) {
    constexpr operation op = operation_named("rrelu_eval");
    request r(op, options);
    double midpoint;
    {
        float_environment defaults;
        midpoint = pinned((pinned(lower) + pinned(upper)) / 2);
    }
    return run(r.in("x", x).out("y", y).bounds(lower, upper).scaled_by(midpoint));
}

slopewise_status slopewise_rrelu_backward(const DLTensor *grad_y, const DLTensor *saved, int saved_is_output,
                                          const slopewise_rrelu_params *params, const DLTensor *grad_x, const slopewise_options *options) {
    constexpr operation op = operation_named("rrelu_backward");
    request r(op, options);
    r.saved_is_output = saved_is_output != 0;
    return run(r.in("grad_y", grad_y).in("saved", saved).out("grad_x", grad_x).random(params));
}

slopewise_status slopewise_rrelu_backward_noise(const DLTensor *grad_y, const DLTensor *noise, const DLTensor *grad_x,
                                                const slopewise_options *options) {
    constexpr operation op = operation_named("rrelu_backward_noise");
    request r(op, options);
    return run(r.in("grad_y", grad_y).in("noise", noise).out("grad_x", grad_x));
}
}
