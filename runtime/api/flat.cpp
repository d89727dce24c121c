// The flat forms: contiguous elements on the calling thread, straight to the kernel.
#include <algorithm>

#include "api/error.h"
#include "api/request.h"
#include "dispatch/dispatch.h"
#include "execute/float_environment.h"
#include "execute/runs.h"
#include "tensor/check.h"

namespace slopewise {
namespace {

struct flat_call {
    const char *op;
    const void *x;
    void *y;
    size_t n;
};

/// A failure's status, or the variant to use.
slopewise_status prepare(const flat_call &c, const variant *&v) {
    if (c.n > 0 && (!c.x || !c.y)) return fail(SLOPEWISE_INVALID_ARGUMENT, "%s: %s is NULL with n = %zu", c.op, c.x ? "y" : "x", c.n);
    v = this_machine().best;
    return v ? SLOPEWISE_OK : environment_failure();
}

/// Straight to a kernel of rows: x, then what it takes beside, then y.
void run_flat(kernel_function f, const flat_call &c, dtype t, const double *slope) {
    float_environment defaults;
    auto *x = static_cast<char *>(const_cast<void *>(c.x)), *y = static_cast<char *>(c.y);
    for (size_t left = c.n; left > 0;) {
        size_t some = std::min<size_t>(left, size_t(max_call_elements));
        kernel_buffer in, out;
        in.set(x, 0, 2, int64_t(some), 1);
        out.set(y, 0, 2, int64_t(some), 1);
        void *plain[] = {&in.buffer, &out.buffer}, *scaled[] = {&in.buffer, const_cast<double *>(slope), &out.buffer};
        (void)f(slope ? scaled : plain);
        left -= some;
        x += some * size_t(size_of(t));
        y += some * size_t(size_of(t));
    }
}

slopewise_status flat_relu(const flat_call &c, dtype t) {
    const variant *v;
    if (slopewise_status s = prepare(c, v)) return s;
    run_flat(v->function(kernel::relu, t), c, t, nullptr);
    return SLOPEWISE_OK;
}

slopewise_status flat_leaky_relu(const flat_call &c, double slope, dtype t) {
    const variant *v;
    request r(operation::leaky_relu, nullptr);
    if (c.n > 0 && (!c.x || !c.y)) return prepare(c, v);
    {
        float_environment defaults;
        if (slopewise_status s = check_parameters(r.scaled_by(slope), t)) return s;
    }
    if (slopewise_status s = prepare(c, v)) return s;
    run_flat(v->function(kernel::leaky_relu, t), c, t, &slope);
    return SLOPEWISE_OK;
}

slopewise_status flat_rrelu(const flat_call &c, const slopewise_rrelu_params *params, dtype t) {
    float_environment defaults;
    const variant *v;
    if (c.n > 0 && (!c.x || !c.y)) return prepare(c, v);
    if (!params) return fail(SLOPEWISE_INVALID_ARGUMENT, "%s: params is NULL", c.op);
    if (reinterpret_cast<uintptr_t>(params->key) % alignof(uint64_t)) {
        return fail(SLOPEWISE_INVALID_ARGUMENT, "%s: key is at %p, expected an address that is a multiple of 8", c.op,
                    static_cast<const void *>(params->key));
    }
    request r(operation::rrelu, nullptr);
    if (slopewise_status s = check_parameters(r.random(params), t)) return s;
    if (slopewise_status s = prepare(c, v)) return s;
    space s;
    s.operands = 2;
    s.itemsize = size_of(t);
    s.type = t;
    s.random = true;
    char *data[] = {static_cast<char *>(const_cast<void *>(c.x)), static_cast<char *>(c.y)};
    uint64_t index = params->offset + (params->key ? 8 * params->key[2] : 0);
    execute_run({s, *v, info(operation::rrelu), false, nullptr, make_random(*params)}, data, index, int64_t(c.n));
    return SLOPEWISE_OK;
}

}  // namespace
}  // namespace slopewise

using namespace slopewise;

extern "C" {

slopewise_status slopewise_relu_f16(const uint16_t *x, uint16_t *y, size_t n) { return flat_relu({"relu", x, y, n}, dtype::f16); }
slopewise_status slopewise_relu_bf16(const uint16_t *x, uint16_t *y, size_t n) { return flat_relu({"relu", x, y, n}, dtype::bf16); }
slopewise_status slopewise_relu_f32(const float *x, float *y, size_t n) { return flat_relu({"relu", x, y, n}, dtype::f32); }
slopewise_status slopewise_relu_f64(const double *x, double *y, size_t n) { return flat_relu({"relu", x, y, n}, dtype::f64); }
slopewise_status slopewise_relu_i8(const int8_t *x, int8_t *y, size_t n) { return flat_relu({"relu", x, y, n}, dtype::i8); }
slopewise_status slopewise_relu_i16(const int16_t *x, int16_t *y, size_t n) { return flat_relu({"relu", x, y, n}, dtype::i16); }
slopewise_status slopewise_relu_i32(const int32_t *x, int32_t *y, size_t n) { return flat_relu({"relu", x, y, n}, dtype::i32); }
slopewise_status slopewise_relu_i64(const int64_t *x, int64_t *y, size_t n) { return flat_relu({"relu", x, y, n}, dtype::i64); }

slopewise_status slopewise_leaky_relu_f16(const uint16_t *x, double slope, uint16_t *y, size_t n) {
    return flat_leaky_relu({"leaky_relu", x, y, n}, slope, dtype::f16);
}
slopewise_status slopewise_leaky_relu_bf16(const uint16_t *x, double slope, uint16_t *y, size_t n) {
    return flat_leaky_relu({"leaky_relu", x, y, n}, slope, dtype::bf16);
}
slopewise_status slopewise_leaky_relu_f32(const float *x, double slope, float *y, size_t n) {
    return flat_leaky_relu({"leaky_relu", x, y, n}, slope, dtype::f32);
}
slopewise_status slopewise_leaky_relu_f64(const double *x, double slope, double *y, size_t n) {
    return flat_leaky_relu({"leaky_relu", x, y, n}, slope, dtype::f64);
}

slopewise_status slopewise_rrelu_f16(const uint16_t *x, const slopewise_rrelu_params *params, uint16_t *y, size_t n) {
    return flat_rrelu({"rrelu", x, y, n}, params, dtype::f16);
}
slopewise_status slopewise_rrelu_bf16(const uint16_t *x, const slopewise_rrelu_params *params, uint16_t *y, size_t n) {
    return flat_rrelu({"rrelu", x, y, n}, params, dtype::bf16);
}
slopewise_status slopewise_rrelu_f32(const float *x, const slopewise_rrelu_params *params, float *y, size_t n) {
    return flat_rrelu({"rrelu", x, y, n}, params, dtype::f32);
}
slopewise_status slopewise_rrelu_f64(const double *x, const slopewise_rrelu_params *params, double *y, size_t n) {
    return flat_rrelu({"rrelu", x, y, n}, params, dtype::f64);
}
}
