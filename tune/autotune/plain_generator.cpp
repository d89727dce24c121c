// ReLU and training RReLU of f32 as one would write them down, without a thought for vectors, for Halide's own autoschedulers.
// The arguments are those of the shipped kernels.
#include <slopewise/halide.h>

namespace slopewise::autotune {
namespace {

using namespace Halide;

constexpr int expected_elements = 1 << 20;

template <class... Buffers>
void expect_many(Buffers &...buffers) {
    auto describe = [](auto &b) {
        b.dim(0).set_min(0);
        b.set_estimates({{0, expected_elements}});
    };
    (describe(buffers), ...);
}

class PlainRelu : public Generator<PlainRelu> {
public:
    Input<Buffer<float, 1>> x{"x"};
    Output<Buffer<float, 1>> y{"y"};

    void generate() { y(i) = halide::relu(x(i)); }
    void schedule() { expect_many(x, y); }

private:
    Var i{"i"};
};

class PlainRRelu : public Generator<PlainRRelu> {
public:
    Input<Buffer<float, 1>> x{"x"};
    Input<int32_t> low{"low"};
    Input<uint16_t> width{"width"};
    Input<uint32_t> shift{"shift"};
    Input<double> scale{"scale"};
    Input<uint64_t> seed{"seed"}, stream{"stream"}, block{"block"};
    Output<Buffer<float, 1>> y{"y"};

    void generate() {
        halide::random_key key = {seed, stream};
        halide::words w = halide::philox4x32_10(key.counter(block + cast<uint64_t>(b)), key.key());
        words(b) = Tuple(w[0], w[1], w[2], w[3]);
        Expr j = i % 8, of_block = i / 8;
        Expr word = mux(j % 4, {words(of_block)[0], words(of_block)[1], words(of_block)[2], words(of_block)[3]});
        Expr draw = cast<uint16_t>(select(j < 4, word, word >> 16));
        slope(i) = halide::fixed_point{low, width, shift, scale}.slope(draw, Float(32));
        y(i) = halide::leaky_relu(x(i), slope(i));
    }
    void schedule() {
        expect_many(x, y);
        low.set_estimate(1 << 28);
        width.set_estimate(54613);
        shift.set_estimate(3);
        scale.set_estimate(0x1p-31);
        seed.set_estimate(42);
        stream.set_estimate(7);
        block.set_estimate(0);
    }

private:
    Var i{"i"}, b{"b"};
    Func words{"words"}, slope{"slope"};
};

}  // namespace
}  // namespace slopewise::autotune

HALIDE_REGISTER_GENERATOR(slopewise::autotune::PlainRelu, plain_relu)
HALIDE_REGISTER_GENERATOR(slopewise::autotune::PlainRRelu, plain_rrelu)
