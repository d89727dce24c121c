// What a call asks for.
#pragma once

#include <cstdint>

#include "slopewise/slopewise.h"
#include "table/operations.h"

namespace slopewise {

struct argument {
    const char *name;
    const DLTensor *tensor;
    uintptr_t host_address = 0;  ///< where its OpenCL buffer begins in memory that the caller gave; else 0
};

struct request {
    operation op;
    const slopewise_options *options;
    argument tensors[max_tensors];  ///< inputs first, in the order of the kernel's arguments, then outputs
    int inputs = 0, count = 0;

    const slopewise_rrelu_params *params = nullptr;  ///< of random operations
    bool has_bounds = false;                         ///< lower and upper are set
    double lower = 0, upper = 0;
    bool has_slope = false;
    double slope = 0;
    bool saved_is_output = false;
    bool concatenates = false;  ///< crelu: one tensor is twice as long at `axis`
    int axis = 0;

    request(operation op, const slopewise_options *options) : op(op), options(options) {}

    request &in(const char *name, const DLTensor *t) {
        tensors[count++] = {name, t};
        inputs = count;
        return *this;
    }
    request &out(const char *name, const DLTensor *t) {
        tensors[count++] = {name, t};
        return *this;
    }
    /// NULL params stay NULL, for the check to find.
    request &random(const slopewise_rrelu_params *p) {
        params = p;
        return p ? bounds(p->lower, p->upper) : *this;
    }
    request &bounds(double lo, double up) {
        has_bounds = true;
        lower = lo;
        upper = up;
        return *this;
    }
    request &scaled_by(double a) {
        has_slope = true;
        slope = a;
        return *this;
    }
    request &concatenated(int at) {
        concatenates = true;
        axis = at;
        return *this;
    }

    /// Bounds, a slope, or an output that stands for the input.
    bool has_parameters() const { return has_bounds || has_slope || saved_is_output; }
    const char *name() const { return info(op).name; }
    const DLTensor &tensor(int i) const { return *tensors[i].tensor; }
};

}  // namespace slopewise
