// Run by other tests under emulated CPUs and odd environments: prints the variant that a call chooses, and checks its
// results. Exit status 0: right results; 3: the library refused, its message on stdout; 1: wrong results.
// usage: probe [VARIANT]
#include <slopewise/slopewise.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

bool equal(const std::vector<float> &a, const std::vector<float> &b) { return std::memcmp(a.data(), b.data(), 4 * a.size()) == 0; }

int refused() {
    std::printf("refused: %s\n", slopewise_last_error());
    return 3;
}

}  // namespace

int main(int argc, char **argv) {
    const size_t n = 1003;
    std::vector<float> x(n), y(n), want(n), random(n), again(n);
    for (size_t i = 0; i < n; i++) {
        x[i] = (int(i * 37 % 101) - 50) * 0.25f;
        want[i] = x[i] < 0 ? 0.0f : x[i];
    }
    int64_t shape = n;
    DLTensor in = {x.data(), {kDLCPU, 0}, 1, {kDLFloat, 32, 1}, &shape, nullptr, 0}, out = in;
    out.data = y.data();
    slopewise_options options = {};
    options.struct_size = sizeof options;
    options.variant = argc > 1 ? argv[1] : nullptr;
    slopewise_rrelu_params params = {0.125, 1.0 / 3, 42, 0, 0, nullptr, nullptr};
    if (slopewise_relu(&in, &out, &options) != SLOPEWISE_OK) return refused();
    out.data = random.data();
    if (slopewise_rrelu(&in, &params, &out, nullptr, &options) != SLOPEWISE_OK) return refused();
    // The flat forms take no variant: they follow the environment.
    if (!options.variant && slopewise_rrelu_f32(x.data(), &params, again.data(), n) != SLOPEWISE_OK) return refused();
    if (!options.variant && !equal(random, again)) return 1;
    // Known slope of element 1 (seed 42, stream 0): all variants and machines agree on it.
    char text[400];
    if (!options.variant && slopewise_explain("relu", "f32", 1, text, sizeof text) == SLOPEWISE_OK) std::printf("%s", text);
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += double(random[i]) * double(i % 17 + 1);
    std::printf("sum: %.17g\n", sum);
    return equal(y, want) ? 0 : 1;
}
