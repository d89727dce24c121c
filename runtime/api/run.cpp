#include "api/run.h"

#include "cpu/float_environment.h"
#include "cpu/share.h"
#include "gpu/gpu.h"
#include "tensor/check.h"
#include "tensor/dense.h"
#include "tensor/view.h"

namespace slopewise {
namespace {

/// A concatenation's long tensor stands as two.
int operands_of(const request &r) { return r.count + (r.concatenates ? 1 : 0); }

/// For so many elements of each operand.
inline const variant *variant_for(const request &r, dtype t, int64_t elements) {
    int64_t bytes = traffic(elements, size_of(t), operands_of(r));
    const char *forced = r.options ? r.options->variant : nullptr;
    const variant *best = forced ? nullptr : this_machine().best(r.op, bytes);
    return best ? best : choose_variant(forced, r.op, bytes);
}

/// Writes `random` where the operation is.
job make_job(const request &r, const variant &v, dtype t, random_state &random) {
    const operation_info &op = info(r.op);
    bool noise = r.op == operation::rrelu && r.count == 3;
    int outputs = r.count - r.inputs, operands = operands_of(r);
    if (r.op == operation::crelu) outputs = 2;
    if (op.random) random = make_random(*r.params);
    return {v, op, t, size_of(t), operands, operands - outputs, noise, r.has_slope ? &r.slope : nullptr, op.random ? &random : nullptr};
}

/// Whether a call takes one thread and plain stores, whatever its pattern: then, without a random number, it is one of its kernel.
bool is_small(const operation_info &op, dtype t, int64_t elements) {
    return !op.random && this_machine().by_size.is_small(op.use, as_f32(elements, size_of(t))) && elements < max_call_elements;
}

slopewise_status run_dense(const request &r, dtype t, dense_run &run) {
    const variant *v = variant_for(r, t, run.n);
    if (!v) return SLOPEWISE_UNAVAILABLE_VARIANT;
    if (!r.options && is_small(info(r.op), t, run.n)) {
        call_rows(v->function(info(r.op).plain, t), run.data, r.count, run.n, r.has_slope ? &r.slope : nullptr);
        return SLOPEWISE_OK;
    }
    random_state random;
    job j = make_job(r, *v, t, random);
    execute(j, run, r.options);
    return SLOPEWISE_OK;
}

/// Of a request that was found right, and is not dense.
slopewise_status run_space(const request &r) {
    const DLTensor &x = r.tensor(r.concatenates && r.inputs == 2 ? 1 : 0);  // crelu_backward's first is the long one
    dtype t{};
    (void)to_dtype(x.dtype, &t);
    bool empty = is_empty(x);
    int64_t elements = empty ? 0 : 1;
    for (int d = 0; d < x.ndim && !empty; d++) elements *= x.shape[d];
    const variant *v = variant_for(r, t, elements);
    if (!v) return SLOPEWISE_UNAVAILABLE_VARIANT;
    if (empty) return SLOPEWISE_OK;
    space s;
    make_space(r, s);
    random_state random;
    job j = make_job(r, *v, t, random);
    execute(j, s, r.options);
    return SLOPEWISE_OK;
}

}  // namespace

slopewise_status run(request &r) {
    dtype t;
    dense_run whole;
    if (is_dense(r, t, whole)) {
        float_environment defaults(info(r.op).needs_environment(t));
        slopewise_status s = r.has_parameters() ? check_parameters(r, t) : SLOPEWISE_OK;
        return s ? s : run_dense(r, t, whole);
    }
    float_environment defaults;
    if (slopewise_status s = check(r)) return s;
    return device_of(r.tensor(0)) == device_kind::cpu ? run_space(r) : run_on_gpu(r);
}

}  // namespace slopewise
