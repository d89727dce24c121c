// Trains a network of one hidden layer, 8 x 8 pixels -> 32 -> RReLU -> 10, to read handwritten digits.
// usage: digits digits.txt (UCI's Optical Recognition of Handwritten Digits, CC BY 4.0: a line a digit, with pixels a = 0 to q = 16)
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>
#include <slopewise/nn.hpp>
#include <string>
#include <vector>

using matrix = slopewise::array<float>;
constexpr int pixels = 64, hidden = 32, classes = 10, batch = 16, trained = 1440, tested = 357;

template <class Value>  // of (row, column)
matrix make(int rows, int columns, Value value) {
    matrix m({rows, columns});
    float *to = m.writable();
    for (int i = 0; i < rows * columns; i++) to[i] = value(i / columns, i % columns);
    return m;
}
int rows_of(const matrix &m) { return int(m.shape()[0]); }
int columns_of(const matrix &m) { return int(m.shape()[1]); }
float at(const matrix &m, int row, int column) { return m[size_t(row * columns_of(m) + column)]; }
matrix transposed(const matrix &m) {
    return make(columns_of(m), rows_of(m), [&](int i, int j) { return at(m, j, i); });
}
matrix product(const matrix &a, const matrix &b) {
    return make(rows_of(a), columns_of(b), [&](int i, int j) {
        float sum = 0;
        for (int k = 0; k < columns_of(a); k++) sum += at(a, i, k) * at(b, k, j);
        return sum;
    });
}
void step(matrix &weights, const matrix &x, const matrix &grad) {
    const matrix gradient = product(transposed(x), grad);
    weights =
        make(rows_of(weights), columns_of(weights), [&](int i, int j) { return at(weights, i, j) - 0.2f / batch * at(gradient, i, j); });
}
matrix softmax(const matrix &y) {
    return make(rows_of(y), classes, [&](int i, int c) {
        float sum = 0;
        for (int k = 0; k < classes; k++) sum += std::exp(at(y, i, k) - at(y, i, c));
        return 1 / sum;
    });
}

int main(int argc, char **argv) {
    std::ifstream file(argc > 1 ? argv[1] : "digits.txt");
    std::vector<std::string> lines(trained + tested);
    for (std::string &line : lines)
        if (!std::getline(file, line) || line.size() != 1 + pixels) return std::puts("usage: digits digits.txt"), 2;
    std::mt19937 random(1);
    std::shuffle(lines.begin(), lines.end(), random);
    const auto label = [&](int i) { return lines[size_t(i)][0] - '0'; };
    const auto images = [&](int from, int count) {
        return make(count, pixels, [&](int i, int p) { return float(lines[size_t(from + i)][size_t(p + 1)] - 'a') / 16; });
    };
    const auto initial = [&](int, int) { return float(int(random() % 2001) - 1000) / 4000; };
    matrix first = make(pixels, hidden, initial), second = make(hidden, classes, initial);
    slopewise::nn::seed(1);
    slopewise::nn::rrelu activation(0.1, 0.3);
    int right = 0;
    for (int epoch = 1; epoch <= 10; epoch++) {
        double loss = right = 0;
        for (int from = 0; from < trained; from += batch) {
            const matrix x = images(from, batch), h = activation.train()(product(x, first)), p = softmax(product(h, second));
            const matrix grad = make(batch, classes, [&](int i, int c) { return at(p, i, c) - float(c == label(from + i)); });
            for (int i = 0; i < batch; i++) loss -= std::log(at(p, i, label(from + i))) / trained;
            step(first, x, activation.backward(product(grad, transposed(second))));
            step(second, h, grad);
        }
        const matrix p = softmax(product(activation.eval()(product(images(trained, tested), first)), second));
        for (int i = 0; i < tested; i++)
            right += at(p, i, label(trained + i)) == *std::max_element(p.begin() + i * classes, p.begin() + (i + 1) * classes);
        std::printf("epoch %2d: loss %.3f, accuracy on unseen digits %.1f %%\n", epoch, loss, 100.0 * right / tested);
    }
    return right > 0.94 * tested ? 0 : 1;
}
