// Every public operation on tensors of one shape, called and compared with the scalar reference.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <slopewise/signatures.hpp>

#include "support/reference.h"
#include "support/tensor.h"

namespace slopewise::test {

struct public_operation {
    const char *name;
    const signature *of;
    bool noise;           ///< rrelu with it
    int inputs, outputs;  ///< crelu's halves count as two
    bool random, integers;
    void (*element)(test::element &);
};

/// Every signature, and rrelu with its noise; one without a reference has no `element`.
extern const std::vector<public_operation> public_operations;

constexpr double lower_bound = 0.125, upper_bound = 1.0 / 3, leaky_slope = 0.01;

/// How the slopes are indexed, and what else a call takes.
struct call_settings {
    slopewise_rrelu_params params = {lower_bound, upper_bound, 11, 22, 0, nullptr, nullptr};
    slopewise_options options = {sizeof(slopewise_options), nullptr, 0, nullptr, nullptr, nullptr, nullptr};
    int axis = 0;
    std::function<void(DLTensor &)> place;  ///< brings each tensor of a call to where it is to lie; none: it stays
};

/// Tensors in the order inputs, outputs; crelu's long tensor is one whole, of twice the extent.
slopewise_status call(const public_operation &op, std::vector<tensor> &tensors, const call_settings &settings);

/// Compares the outputs with the reference, given the inputs' bits in row-major order of the shape.
void compare(const public_operation &op, const std::vector<std::vector<uint64_t>> &inputs, const std::vector<tensor> &outputs,
             const call_settings &settings);

/// Calls and compares. No other byte changes: of the outputs' storage, which overlaps no input's, only elements are written.
void check(const public_operation &op, std::vector<tensor> &tensors, const call_settings &settings);

}  // namespace slopewise::test
