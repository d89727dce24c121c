#pragma once

#include <slopewise/slopewise.h>

#include <string>

namespace slopewise::cli {

struct apply_request {
    std::string op, in, out, noise, grad, variant, device = "cpu";
    slopewise_rrelu_params params = {0.125, 1.0 / 3, 0, 0, 0, nullptr, nullptr};
    double slope = 0.01;
    int axis = 0, threads = 0;
    bool saved_output = false, bf16 = false;
};

/// What `apply` takes, separated by spaces.
std::string operation_names();

/// Refuses a request whose parts do not fit each other: throws usage_error.
void check_usage(const apply_request &r);

/// Reads, runs, writes and prints one line. Throws failure.
void apply(const apply_request &r);

}  // namespace slopewise::cli
