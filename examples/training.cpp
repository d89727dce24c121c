// RReLU in a training step: forward, and backward in place with the same slopes, nothing stored between them.
#include <cstdio>
#include <slopewise/slopewise.hpp>
#include <vector>

int main() {
    std::vector<float> x = {-2, -1, 0, 1, 2, -3, -4, 5}, y(x.size()), grad(x.size(), 1.0f);
    slopewise::rrelu_params params;
    params.seed = 42;
    params.stream = 7;  // one for each layer and step, say
    slopewise::rrelu(x, params, y);
    slopewise::rrelu_backward(grad, x, params, grad);
    for (size_t i = 0; i < x.size(); i++) std::printf("%5.1f -> %9.6f  slope %8.6f\n", x[i], y[i], grad[i]);

    // Channels-last and transposed tensors are views: the same slopes for the same logical elements.
    slopewise::view<float> transposed(x.data(), {4, 2}, {1, 4}), result(y.data(), {4, 2}, {1, 4});
    slopewise::rrelu(transposed, params, result);
    try {
        slopewise::relu(x, std::vector<float>(3));
    } catch (const slopewise::error &e) {
        std::printf("%s: %s\n", slopewise_status_name(e.status()), e.what());
    }
}
