// This library as a contender, through its public C interface.
#pragma once

#include <slopewise/slopewise.h>

#include <string>
#include <vector>

#include "contenders/problem.h"
#include "measurement/repeating.h"

namespace slopewise::contenders {

constexpr slopewise_rrelu_params rrelu_params = {lower, upper, 42, 7, 0, nullptr, nullptr};

/// Fails with the library's own words.
void expect_success(slopewise_status status);

/// A call of the library again and again, which fails where the last one was refused: that would be fast.
template <class Call>
measurement::repeated succeeding(Call call) {
    return [call](int64_t repetitions) {
        slopewise_status last = SLOPEWISE_OK;
        measurement::repeat(repetitions, [&] { last = call(); });
        expect_success(last);
    };
}

/// A call on DLTensors. `variant` null: the best; threads 0: the library's choice.
measurement::repeated library_call(const problem &p, const char *variant, int threads);
measurement::repeated library_call(const problem &p, const slopewise_options &options);

/// The flat form of relu, leaky_relu or rrelu, f32.
measurement::repeated flat_call(const problem &p);
inline bool has_flat_form(const problem &p) {
    return p.type == element::f32 && (p.op == operation::relu || p.op == operation::leaky_relu || p.op == operation::rrelu);
}

/// `variant` null: the best; threads 0: the library's choice.
slopewise_options options_with(const char *variant, int threads);

/// A tensor over memory, with the shape and strides beside it.
struct tensor {
    std::vector<int64_t> shape, strides;  ///< strides may be empty: contiguous
    DLTensor dl;

    tensor(void *data, element type, std::vector<int64_t> shape, std::vector<int64_t> strides = {}, int64_t first = 0);
    tensor(const tensor &other);
    tensor &operator=(const tensor &) = delete;
};

struct operands {
    operation op;
    std::vector<tensor> tensors;  ///< in the order of the C function
    int axis = 0;
};
operands operands_of(const problem &p);

/// One call, with all that it takes beside it.
class bound_call {
public:
    bound_call(operands arguments, const slopewise_options &with);
    bound_call(const bound_call &) = delete;
    slopewise_status operator()() const;

private:
    operands of;
    slopewise_options options;
    signature::function *function;
    const DLTensor *tensors[4] = {};
};

measurement::repeated library_call(operands o, const slopewise_options &options);

/// Names of the CPU variants that run here, the best first.
std::vector<const char *> usable_variants();

/// Whether a call of its own choice writes past the caches.
bool streams(operation op, element type, int64_t n);

}  // namespace slopewise::contenders
