// The flat forms: contiguous elements on the calling thread, straight to the kernel. Small calls keep their arguments in
// registers: a structure that is written in parts and read as a whole costs as much as the kernel.
#include "api/run.h"
#include "cpu/draws.h"
#include "cpu/float_environment.h"
#include "cpu/runs.h"
#include "cpu/share.h"
#include "dispatch/dispatch.h"
#include "request/error.h"
#include "table/processor.h"
#include "tensor/check.h"

namespace slopewise {
namespace {

/// What may be wrong with them, or nothing: no elements need no pointers.
__attribute__((cold)) slopewise_status judge_elements(const char *name, const void *x, const void *y, size_t n, dtype t) {
    if (n > 0 && !(x && y)) return fail(SLOPEWISE_INVALID_ARGUMENT, "%s: %s is NULL with n = %zu", name, x ? "y" : "x", n);
    if (n <= size_t(PTRDIFF_MAX) / size_t(size_of(t))) return SLOPEWISE_OK;
    return fail(SLOPEWISE_INVALID_ARGUMENT, "%s: n is %zu, expected at most 2^%d - 1 bytes of elements", name, n, int(8 * sizeof(n)) - 1);
}

inline slopewise_status check_elements(const char *name, const void *x, const void *y, size_t n, dtype t) {
    constexpr size_t surely_fits = size_t(PTRDIFF_MAX) / 8;
    return __builtin_expect(x && y && n <= surely_fits, 1) ? SLOPEWISE_OK : judge_elements(name, x, y, n, t);
}

/// The tensor of one dimension that a flat form's argument is.
struct flat_tensor {
    int64_t n;
    DLTensor tensor;

    flat_tensor(const void *data, size_t count, dtype t) : n(int64_t(count)) {
        uint8_t code = t == dtype::bf16 ? kDLBfloat : t <= dtype::f64 ? kDLFloat : kDLInt;
        tensor = {const_cast<void *>(data), {kDLCPU, 0}, 1, {code, uint8_t(8 * size_of(t)), 1}, &n, nullptr, 0};
    }
    flat_tensor(const flat_tensor &) = delete;
};

bool reached(const void *x, const void *y, dtype t) { return kernels_reach(x, size_of(t)) && kernels_reach(y, size_of(t)); }

/// Elements that kernels cannot work on where they lie go the tensors' way.
__attribute__((cold)) slopewise_status run_as_tensors(request &r, const void *x, void *y, size_t n, dtype t) {
    flat_tensor from(x, n, t), to(y, n, t);
    slopewise_options one_thread = {sizeof one_thread, nullptr, 1, nullptr, nullptr, nullptr, nullptr};
    r.options = &one_thread;
    return run(r.in("x", &from.tensor).out("y", &to.tensor));
}

const variant *best_for(operation op, dtype t, size_t n) { return this_machine().best(op, traffic(int64_t(n), size_of(t), 2)); }

/// Up to so many, stores are plain without a choice, which small calls would feel; one thread gains from others only beyond.
constexpr size_t small = 64 << 10;

/// On this thread, with the kind of stores that the size asks for.
void run_job(job &j, const void *x, void *y, uint64_t index, size_t n) {
    dense_run r = {{static_cast<char *>(const_cast<void *>(x)), static_cast<char *>(y)}, index, int64_t(n)};
    if (n > small) (void)choose(j, r.data, r.n, nullptr, workers::none);
    execute_run(j, r);
}

/// What execute_run() comes to for a short run that begins a block.
inline void run_short(const variant &v, dtype t, const random_state &random, uint64_t index, const void *x, void *y, size_t n) {
    char *data[] = {static_cast<char *>(const_cast<void *>(x)), static_cast<char *>(y)};
    call_random(v.function(kernel::rrelu_short, t), data, 2, int64_t(n), random, index / 8);
}

/// Straight to a kernel of rows: x, then what it takes beside, then y.
__attribute__((always_inline)) inline void run_rows(const variant &v, operation op, dtype t, const void *x, void *y, size_t n,
                                                    const double *slope) {
    if (n > small) {
        job j = {v, info(op), t, size_of(t), 2, 1, false, slope, nullptr};
        return run_job(j, x, y, 0, n);
    }
    char *data[] = {static_cast<char *>(const_cast<void *>(x)), static_cast<char *>(y)};
    call_rows(v.function(info(op).plain, t), data, 2, int64_t(n), slope);
}

inline slopewise_status flat_relu(const char *name, const void *x, void *y, size_t n, dtype t) {
    if (slopewise_status s = check_elements(name, x, y, n, t)) return s;
    const variant *v = best_for(operation::relu, t, n);
    if (!v) return environment_failure();
    if (!reached(x, y, t)) {
        request r(operation::relu, nullptr);
        return run_as_tensors(r, x, y, n, t);
    }
    float_environment defaults(info(operation::relu).needs_environment(t));
    run_rows(*v, operation::relu, t, x, y, n, nullptr);
    return SLOPEWISE_OK;
}

slopewise_status flat_leaky_relu(const char *name, const void *x, void *y, size_t n, double slope, dtype t) {
    float_environment defaults;
    if (slopewise_status s = check_elements(name, x, y, n, t)) return s;
    request r(operation::leaky_relu, nullptr);
    if (slopewise_status s = check_parameters(r.scaled_by(slope), t)) return s;
    const variant *v = best_for(operation::leaky_relu, t, n);
    if (!v) return environment_failure();
    if (!reached(x, y, t)) return run_as_tensors(r, x, y, n, t);
    run_rows(*v, operation::leaky_relu, t, x, y, n, &slope);
    return SLOPEWISE_OK;
}

slopewise_status flat_rrelu(const char *name, const void *x, void *y, size_t n, const slopewise_rrelu_params *params, dtype t) {
    float_environment defaults;
    if (slopewise_status s = check_elements(name, x, y, n, t)) return s;
    if (!params) return fail(SLOPEWISE_INVALID_ARGUMENT, "%s: params is NULL", name);
    if (reinterpret_cast<uintptr_t>(params->key) % alignof(uint64_t)) {
        return fail(SLOPEWISE_INVALID_ARGUMENT, "%s: key is at %p, expected an address that is a multiple of 8", name,
                    static_cast<const void *>(params->key));
    }
    if (!are_right_bounds(params->lower, params->upper, t)) {
        request r(operation::rrelu, nullptr);
        return check_parameters(r.random(params), t);
    }
    const variant *v = best_for(operation::rrelu, t, n);
    if (!v) return environment_failure();
    if (!reached(x, y, t)) {
        slopewise_rrelu_params flat = *params;
        flat.index_strides = nullptr;
        request r(operation::rrelu, nullptr);
        return run_as_tensors(r.random(&flat), x, y, n, t);
    }
    random_state random = make_random(*params);
    uint64_t index = first_index(*params);
    if (n < size_t(long_run) && index % 8 == 0 && blocks_before_carry(index / 8) > long_run) {
        run_short(*v, t, random, index, x, y, n);
        return SLOPEWISE_OK;
    }
    job j = {*v, info(operation::rrelu), t, size_of(t), 2, 1, false, nullptr, &random};
    run_job(j, x, y, index, n);
    return SLOPEWISE_OK;
}

}  // namespace
}  // namespace slopewise

using namespace slopewise;

extern "C" {

slopewise_status slopewise_relu_f16(const uint16_t *x, uint16_t *y, size_t n) { return flat_relu("relu", x, y, n, dtype::f16); }
slopewise_status slopewise_relu_bf16(const uint16_t *x, uint16_t *y, size_t n) { return flat_relu("relu", x, y, n, dtype::bf16); }
slopewise_status slopewise_relu_f32(const float *x, float *y, size_t n) { return flat_relu("relu", x, y, n, dtype::f32); }
slopewise_status slopewise_relu_f64(const double *x, double *y, size_t n) { return flat_relu("relu", x, y, n, dtype::f64); }
slopewise_status slopewise_relu_i8(const int8_t *x, int8_t *y, size_t n) { return flat_relu("relu", x, y, n, dtype::i8); }
slopewise_status slopewise_relu_i16(const int16_t *x, int16_t *y, size_t n) { return flat_relu("relu", x, y, n, dtype::i16); }
slopewise_status slopewise_relu_i32(const int32_t *x, int32_t *y, size_t n) { return flat_relu("relu", x, y, n, dtype::i32); }
slopewise_status slopewise_relu_i64(const int64_t *x, int64_t *y, size_t n) { return flat_relu("relu", x, y, n, dtype::i64); }

slopewise_status slopewise_leaky_relu_f16(const uint16_t *x, double slope, uint16_t *y, size_t n) {
    return flat_leaky_relu("leaky_relu", x, y, n, slope, dtype::f16);
}
slopewise_status slopewise_leaky_relu_bf16(const uint16_t *x, double slope, uint16_t *y, size_t n) {
    return flat_leaky_relu("leaky_relu", x, y, n, slope, dtype::bf16);
}
slopewise_status slopewise_leaky_relu_f32(const float *x, double slope, float *y, size_t n) {
    return flat_leaky_relu("leaky_relu", x, y, n, slope, dtype::f32);
}
slopewise_status slopewise_leaky_relu_f64(const double *x, double slope, double *y, size_t n) {
    return flat_leaky_relu("leaky_relu", x, y, n, slope, dtype::f64);
}

slopewise_status slopewise_rrelu_f16(const uint16_t *x, const slopewise_rrelu_params *params, uint16_t *y, size_t n) {
    return flat_rrelu("rrelu", x, y, n, params, dtype::f16);
}
slopewise_status slopewise_rrelu_bf16(const uint16_t *x, const slopewise_rrelu_params *params, uint16_t *y, size_t n) {
    return flat_rrelu("rrelu", x, y, n, params, dtype::bf16);
}
slopewise_status slopewise_rrelu_f32(const float *x, const slopewise_rrelu_params *params, float *y, size_t n) {
    return flat_rrelu("rrelu", x, y, n, params, dtype::f32);
}
slopewise_status slopewise_rrelu_f64(const double *x, const slopewise_rrelu_params *params, double *y, size_t n) {
    return flat_rrelu("rrelu", x, y, n, params, dtype::f64);
}
}
