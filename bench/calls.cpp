// slopewise_calls FUNCTION TIMES: so many calls on 8 elements of f32, for counters of instructions.
#include <slopewise/slopewise.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

namespace {

int64_t n = 8;
float x[] = {-4, -3, -2, -1, 0, 1, 2, 3}, y[8];
const DLTensor from = {x, {kDLCPU, 0}, 1, {kDLFloat, 32, 1}, &n, nullptr, 0}, to = {y, {kDLCPU, 0}, 1, {kDLFloat, 32, 1}, &n, nullptr, 0};
const slopewise_rrelu_params params = {0.125, 1.0 / 3, 42, 7, 0, nullptr, nullptr};

const std::map<std::string, std::function<slopewise_status()>> functions = {
    {"slopewise_relu", [] { return slopewise_relu(&from, &to, nullptr); }},
    {"slopewise_relu_f32", [] { return slopewise_relu_f32(x, y, 8); }},
    {"slopewise_leaky_relu", [] { return slopewise_leaky_relu(&from, 0.01, &to, nullptr); }},
    {"slopewise_leaky_relu_f32", [] { return slopewise_leaky_relu_f32(x, 0.01, y, 8); }},
    {"slopewise_rrelu", [] { return slopewise_rrelu(&from, &params, &to, nullptr, nullptr); }},
    {"slopewise_rrelu_f32", [] { return slopewise_rrelu_f32(x, &params, y, 8); }},
};

}  // namespace

int main(int argc, char **argv) {
    auto found = argc == 3 ? functions.find(argv[1]) : functions.end();
    if (found == functions.end()) {
        std::fprintf(stderr, "usage: slopewise_calls FUNCTION TIMES; functions are:\n");
        for (const auto &f : functions) std::fprintf(stderr, "  %s\n", f.first.c_str());
        return 2;
    }
    for (int left = std::atoi(argv[2]); left > 0; left--) {
        if (found->second() != SLOPEWISE_OK) return 1;
    }
    return 0;
}
