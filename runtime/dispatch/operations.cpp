#include "dispatch/operations.h"

#include <cstring>

namespace slopewise {
namespace {

constexpr operation_info simple(const char *name, kernel k, int inputs, int outputs, bool integers = false, bool u8 = false) {
    return {name, k, k, k, k, k, k, false, u8, integers, inputs, outputs};
}

// In the order of the enumeration.
constexpr operation_info operations[] = {
    simple("relu", kernel::relu, 1, 1, true, true),
    simple("relu_backward", kernel::relu_backward, 2, 1),
    simple("leaky_relu", kernel::leaky_relu, 1, 1),
    simple("leaky_relu_backward", kernel::leaky_relu_backward, 2, 1),
    {"rrelu", kernel::rrelu, kernel::rrelu_short, kernel::rrelu_drawn, kernel::rrelu_noise, kernel::rrelu_noise_short,
     kernel::rrelu_noise_drawn, true, false, false, 1, 1},
    simple("rrelu_eval", kernel::leaky_relu, 1, 1),
    {"rrelu_backward", kernel::rrelu_backward, kernel::rrelu_backward_short, kernel::rrelu_backward_drawn, kernel::rrelu_backward,
     kernel::rrelu_backward_short, kernel::rrelu_backward_drawn, true, false, false, 2, 1},
    simple("rrelu_backward_noise", kernel::rrelu_backward_noise, 2, 1),
    simple("crelu", kernel::crelu, 1, 2, true),
    simple("crelu_backward", kernel::crelu_backward, 3, 1),
};

}  // namespace

const operation_info &info(operation op) { return operations[static_cast<int>(op)]; }

const operation_info *find_operation(const char *name) {
    for (const operation_info &op : operations) {
        if (std::strcmp(op.name, name) == 0) return &op;
    }
    return nullptr;
}

}  // namespace slopewise
