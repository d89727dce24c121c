// RReLU over one contiguous run whose first element begins a Philox block: draws, slopes and the op in one pass.
#include "element.h"

namespace slopewise::generators {
namespace {

using halide::load;
using halide::store;

class RRelu : public Generator<RRelu> {
public:
    GeneratorParam<Type> element{"element", Float(32)};
    GeneratorParam<bool> backward{"backward", false};  // x is the gradient, and the saved tensor comes with it
    GeneratorParam<bool> with_noise{"with_noise", false};
    GeneratorParam<bool> aligned{"aligned", false};  // for streaming stores
    GeneratorParam<int> tile{"tile", first_of(tunable::tile)};
    GeneratorParam<int> step{"step", first_of(tunable::step)};
    GeneratorParam<int> vectors{"vectors", first_of(tunable::vectors)};  // of the computing type
    GeneratorParam<halide::packing> packing{"packing", halide::packing::lanes, packings()};
    Input<Buffer<void, 1>> x{"x"};
    Input<int32_t> low{"low"};
    Input<uint16_t> width{"width"};
    Input<uint32_t> shift{"shift"};
    Input<double> scale{"scale"};
    Input<uint64_t> seed{"seed"}, stream{"stream"}, block{"block"};
    Output<Buffer<void, 1>> y{"y"};

    void configure() {
        Type stored = halide::stored_type(element);
        store_as(element, x, y);
        if (backward) saved = add_input<Buffer<>>("saved", stored, 1);
        if (with_noise) noise = add_output<Buffer<>>("noise", stored, 1);
    }

    void generate() {
        halide::conversions c = conversions_of(target);
        halide::fixed_point bounds{low, width, shift, scale};
        random.emplace(halide::random_key{seed, stream}, block, Var("row"), tile, packing);
        Expr slope = bounds.slope(random->draws(i, 0), halide::computing_type(element));
        Expr value = load(x(i), element);
        if (backward) {
            y(i) = store(halide::rrelu_backward(value, load((*saved)(i), element), slope, c));
        } else {
            y(i) = store(halide::leaky_relu(value, slope, c));
        }
        if (with_noise) (*noise)(i) = store(halide::rrelu_noise(value, slope, c));
    }

    void schedule() {
        begin_at_zero(x, y);
        if (backward) begin_at_zero(*saved);
        if (aligned) {
            begin_aligned(y);
        } else {
            end_runs(get_pipeline(), target, tile);
        }
        int lanes = natural_vector_size(halide::computing_type(element)) * vectors;
        refuse_illegal(name(), {{"tile", tile}, {"step", step}, {"vectors", vectors}, {"lanes", lanes}}, aligned);
        halide::tile_run(y, i, outer, tile, lanes, TailStrategy::RoundUp);
        halide::per_tile(*random, with_noise ? Func(*noise) : Func(y), outer, tile, step);
        if (!with_noise) return;
        begin_at_zero(*noise);
        have_extents(y, *noise);
        if (aligned) begin_aligned(*noise);
        halide::tile_run(*noise, i, outer, tile, lanes, TailStrategy::RoundUp);
        y.compute_with(*noise, outer);  // the noise is written first, so that y may be x
    }

private:
    Var i{"i"}, outer{"outer"};
    std::optional<halide::tile_draws> random;
    Input<Buffer<>> *saved = nullptr;
    Output<Buffer<>> *noise = nullptr;
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::RRelu, rrelu)
