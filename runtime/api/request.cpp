#include "api/request.h"

#include "execute/float_environment.h"
#include "execute/share.h"
#include "tensor/check.h"
#include "tensor/view.h"

namespace slopewise {
namespace {

void plan_and_execute(const request &r, const variant &v) {
    space s;
    make_space(r, s);
    random_state random = {};
    if (s.random) random = make_random(*r.params);
    bool noise = r.op == operation::rrelu && r.count == 3;
    execute({s, v, info(r.op), noise, r.has_slope ? &r.slope : nullptr, random}, r.options);
}

}  // namespace

slopewise_status run(request &r) {
    float_environment defaults;
    if (slopewise_status s = check(r)) return s;
    const variant *v = choose_variant(r.options ? r.options->variant : nullptr);
    if (!v) return SLOPEWISE_UNAVAILABLE_VARIANT;
    if (!is_empty(r.tensor(0))) plan_and_execute(r, *v);
    return SLOPEWISE_OK;
}

}  // namespace slopewise
