// Every function of slopewise.hpp, over ranges and over views, and the modules; run for C++17, C++20 and C++23.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <slopewise/nn.hpp>
#if __cplusplus >= 202002L
#include <span>
#endif

namespace {

using floats = std::vector<float>;
using slopewise::saved_tensor;

void expect(bool holds, const char *what) {
    if (holds) return;
    std::fprintf(stderr, "failed: %s\n", what);
    std::exit(1);
}
#define EXPECT(condition) expect((condition), #condition)

template <class Call>
slopewise_status status_of(Call call) {
    try {
        call();
    } catch (const slopewise::error &e) {
        EXPECT(e.what()[0] != 0);
        return e.status();
    }
    return SLOPEWISE_OK;
}

const floats x = {-2, 3, -4, 5}, ones(4, 1.0f);

void without_randomness() {
    floats y(4), g(4);
    slopewise::relu(x, y);
    EXPECT((y == floats{0, 3, 0, 5}));
    slopewise::relu_backward(ones, y, g);
    EXPECT((g == floats{0, 1, 0, 1}));
    slopewise::leaky_relu(x, 0.5, y);
    EXPECT((y == floats{-1, 3, -2, 5}));
    slopewise::leaky_relu_backward(ones, y, 0.5, g, saved_tensor::output);
    EXPECT((g == floats{0.5f, 1, 0.5f, 1}));
    slopewise::rrelu_eval(x, 0.25, 0.75, y);
    EXPECT((y == floats{-1, 3, -2, 5}));
    floats both(8);
    slopewise::crelu(x, 0, both);
    EXPECT((both == floats{0, 3, 0, 5, 2, 0, 4, 0}));
    slopewise::crelu_backward(floats(8, 1.0f), x, 0, g);
    EXPECT((g == floats{-1, 1, -1, 1}));
}

void with_random_slopes() {
    slopewise::rrelu_params p;
    p.seed = 42;
    floats y(4), noisy(4), noise(4), g(4), h(4);
    slopewise::rrelu(x, p, y);
    slopewise::rrelu_with_noise(x, p, noisy, noise);
    EXPECT(y == noisy);
    EXPECT(noise[0] >= 0.125f && noise[0] <= 1.0f / 3 && noise[1] == 1);
    slopewise::rrelu_backward(ones, x, p, g);
    slopewise::rrelu_backward_noise(ones, noise, h);
    EXPECT(g == noise && h == noise);
    slopewise::rrelu_backward(ones, y, p, h, saved_tensor::output);
    EXPECT(h == g);

    // The second row as a slice of the whole.
    slopewise::rrelu_params slice = p;
    slice.offset = 2;
    slice.index_strides = {2, 1};
    floats row(2);
    slopewise::rrelu(slopewise::view<const float>(x.data() + 2, {1, 2}), slice, slopewise::view<float>(row.data(), {1, 2}));
    EXPECT(row[0] == y[2] && row[1] == y[3]);
}

void ranges_and_views() {
    float array[2] = {-1, 1};
    slopewise::relu(array, array);
    EXPECT(array[0] == 0 && array[1] == 1);
    std::array<std::int8_t, 2> small = {-7, 7};
    slopewise::relu(small, small);
    EXPECT(small[0] == 0 && small[1] == 7);
    std::vector<slopewise::f16> halves = {slopewise::f16{0xbc00}, slopewise::f16{0x3c00}};  // -1 and 1
    slopewise::relu(halves, halves);
    EXPECT(halves[0] == slopewise::f16{0} && halves[1] == slopewise::f16{0x3c00});
    std::vector<slopewise::bf16> brains = {slopewise::bf16{0xbf80}, slopewise::bf16{0x3f80}};
    slopewise::relu(brains, brains);
    EXPECT(brains[0] == slopewise::bf16{0} && brains[1] == slopewise::bf16{0x3f80});
    floats y(4);
    const slopewise::view<float> reversed(y.data() + 3, {4}, {-1});
    slopewise::relu(x, reversed);
    EXPECT((y == floats{5, 0, 3, 0}));
#if __cplusplus >= 202002L
    slopewise::relu(std::span(x), std::span(y));
    EXPECT((y == floats{0, 3, 0, 5}));
#endif
}

void options_and_errors() {
    floats y(4), untouched(3, -9.0f);
    slopewise::options one_thread;
    one_thread.threads = 1;
    slopewise::relu(x, y, &one_thread);
    slopewise::relu(x, y, one_thread);
    slopewise::relu(x, y, slopewise::with_threads(1));
    slopewise::relu(x, y, NULL);
#if __cplusplus >= 202002L
    slopewise::relu(x, y, slopewise::options{.threads = 1});
#endif
    EXPECT(status_of([&] { slopewise::relu(x, untouched); }) == SLOPEWISE_SHAPE_MISMATCH);
    EXPECT((untouched == floats(3, -9.0f)));
    EXPECT(status_of([&] { slopewise::relu(x, std::vector<double>(4)); }) == SLOPEWISE_DTYPE_MISMATCH);
    EXPECT(status_of([&] { slopewise::view<float>(y.data(), {2, 2}, {1}); }) == SLOPEWISE_INVALID_ARGUMENT);
    slopewise::rrelu_params p;
    p.index_strides = {1};  // one for two dimensions
    slopewise::view<float> square(y.data(), {2, 2});
    EXPECT(status_of([&] { slopewise::rrelu(square, p, square); }) == SLOPEWISE_INVALID_ARGUMENT);
    EXPECT(status_of([&] { slopewise::rrelu_backward(square, square, p, square); }) == SLOPEWISE_INVALID_ARGUMENT);
#ifdef WRITE_TO_CONST
    slopewise::relu(y, x);
#endif
}

void modules() {
    namespace nn = slopewise::nn;
    const slopewise::array<float> tensor({2, 2}, {-2, 3, -4, 5}), gradient({2, 2}, {1, 1, 1, 1});
    nn::seed(42);
    nn::rrelu m(0.1, 0.3);
    const auto y = m(tensor);
    EXPECT(m.backward(gradient)[0] == y[0] / -2);
    slopewise::rrelu_params p;
    p.lower = 0.1;
    p.upper = 0.3;
    p.seed = 42;
    EXPECT(y == slopewise::rrelu(tensor, next(p)));
    EXPECT(m(tensor) == slopewise::rrelu(tensor, next(p)));
    m.eval();
    EXPECT(m(tensor) == slopewise::rrelu_eval(tensor, p));
    nn::relu relu;
    nn::leaky_relu leaky(0.5);
    EXPECT(leaky(x)[0] == -1);
    for (int axis : {0, 1}) EXPECT(nn::crelu(axis)(tensor) == slopewise::concat(relu(tensor), relu(-tensor), axis));
}

}  // namespace

int main() {
    without_randomness();
    with_random_slopes();
    ranges_and_views();
    options_and_errors();
    modules();
}
