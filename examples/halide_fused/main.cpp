// Runs the fused kernel and checks it, byte by byte, against the library with the bias and the scale done by hand.
#include <HalideBuffer.h>
#include <bias_rrelu_scale.h>
#include <slopewise/fixed_point.h>

#include <cstdio>
#include <cstring>
#include <slopewise/slopewise.hpp>
#include <vector>

int main() {
    const int n = 10007;
    const float bias = 0.25f, gain = 1.5f;
    std::vector<float> x(n), biased(n), want(n), got(n);
    for (int i = 0; i < n; i++) x[i] = float((i * 7919) % 2001 - 1000) / 500;

    slopewise::rrelu_params params;
    params.seed = 42;
    for (int i = 0; i < n; i++) biased[i] = x[i] + bias;
    slopewise::rrelu(biased, params, want);
    for (float &v : want) v *= gain;

    slopewise_slopes s = slopewise_fixed_point(params.lower, params.upper);
    Halide::Runtime::Buffer<float, 1> in(x.data(), n), out(got.data(), n);
    if (bias_rrelu_scale(in, bias, gain, s.low, s.width, s.shift, s.scale, params.seed, params.stream, out)) return 1;
    bool equal = std::memcmp(got.data(), want.data(), sizeof(float) * n) == 0;
    std::printf("fused kernel and library: %s\n", equal ? "every byte equal" : "DIFFERENT");
    return equal ? 0 : 1;
}
