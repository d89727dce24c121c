#include "api/request.h"

#include "execute/float_environment.h"
#include "execute/share.h"
#include "gpu/gpu.h"
#include "tensor/check.h"
#include "tensor/dense.h"
#include "tensor/view.h"

namespace slopewise {
namespace {

const variant *variant_for(const request &r) { return choose_variant(r.options ? r.options->variant : nullptr); }

job make_job(const request &r, const variant &v, dtype t) {
    const operation_info &op = info(r.op);
    bool noise = r.op == operation::rrelu && r.count == 3;
    int outputs = r.count - r.inputs, operands = r.count;
    if (r.concatenates) operands++;  // the long tensor stands as two
    if (r.op == operation::crelu) outputs = 2;
    random_state random = {};
    if (op.random) random = make_random(*r.params);
    return {v, op, t, size_of(t), operands, operands - outputs, noise, r.has_slope ? &r.slope : nullptr, random};
}

slopewise_status run_dense(const request &r, dtype t, dense_run &run) {
    const variant *v = variant_for(r);
    if (!v) return SLOPEWISE_UNAVAILABLE_VARIANT;
    job j = make_job(r, *v, t);
    execute(j, run, r.options);
    return SLOPEWISE_OK;
}

void run_space(const request &r, const variant &v) {
    space s;
    make_space(r, s);
    job j = make_job(r, v, s.type);
    execute(j, s, r.options);
}

}  // namespace

slopewise_status run(request &r) {
    dtype t;
    dense_run whole;
    if (is_dense(r, t, whole)) {
        float_environment defaults(info(r.op).needs_environment(t));
        slopewise_status s = check_parameters(r, t);
        return s ? s : run_dense(r, t, whole);
    }
    float_environment defaults;
    if (slopewise_status s = check(r)) return s;
    if (device_of(r.tensor(0)) != device_kind::cpu) return run_on_gpu(r);
    const variant *v = variant_for(r);
    if (!v) return SLOPEWISE_UNAVAILABLE_VARIANT;
    if (!is_empty(r.tensor(0))) run_space(r, *v);
    return SLOPEWISE_OK;
}

}  // namespace slopewise
