// A pipeline of one's own: bias, training RReLU and a scale in one pass, with Slopewise's algorithms.
#include <slopewise/halide.h>

namespace {

using namespace Halide;
namespace sw = slopewise::halide;

class BiasRReluScale : public Generator<BiasRReluScale> {
public:
    GeneratorParam<int> tile{"tile", 64};
    Input<Buffer<float, 1>> x{"x"};
    Input<float> bias{"bias"}, gain{"gain"};
    Input<int32_t> low{"low"};
    Input<uint16_t> width{"width"};
    Input<uint32_t> shift{"shift"};
    Input<double> scale{"scale"};
    Input<uint64_t> seed{"seed"}, stream{"stream"};
    Output<Buffer<float, 1>> y{"y"};

    void generate() {
        random.emplace(sw::random_key{seed, stream}, cast<uint64_t>(0), Var("row"), tile, sw::packing::lanes);
        Expr slope = sw::fixed_point{low, width, shift, scale}.slope(random->draws(i, 0), Float(32));
        y(i) = strict_float(sw::leaky_relu(strict_float(x(i) + bias), slope) * gain);
    }
    void schedule() {
        x.dim(0).set_min(0);
        y.dim(0).set_min(0);
        sw::tile_run(y, i, outer, tile, natural_vector_size<float>());
        sw::per_tile(*random, y, outer, tile, tile);
    }

private:
    Var i{"i"}, outer{"outer"};
    std::optional<sw::tile_draws> random;
};

}  // namespace

HALIDE_REGISTER_GENERATOR(BiasRReluScale, bias_rrelu_scale)
