// RReLU in two steps, for layouts in which memory order is not the order of the random numbers: draws, then the op
// over rows of elements and rows of draws.
#include "element.h"

namespace slopewise::generators {
namespace {

using halide::load;
using halide::store;

/// The draws of rows of consecutive elements, each from the first of a block on; rows begin `row_blocks` blocks apart.
class Draws : public Generator<Draws> {
public:
    GeneratorParam<int> tile{"tile", first_of(tunable::tile)};
    GeneratorParam<int> step{"step", first_of(tunable::step)};
    GeneratorParam<halide::packing> packing{"packing", halide::packing::lanes, packings()};
    Input<uint64_t> seed{"seed"}, stream{"stream"}, block{"block"}, row_blocks{"row_blocks"};
    Output<Buffer<uint16_t, 2>> draws{"draws"};

    void generate() {
        random.emplace(halide::random_key{seed, stream}, block + cast<uint64_t>(row) * row_blocks, row, tile, packing);
        draws(i, row) = random->draws(i, row);
    }
    void schedule() {
        int lanes = natural_vector_size<uint16_t>();
        refuse_illegal(name(), {{"tile", tile}, {"step", step}, {"lanes", lanes}});
        begin_at_zero(draws);
        halide::tile_run(draws, i, outer, tile, lanes, TailStrategy::RoundUp);
        halide::per_tile(*random, draws, outer, tile, step);
        end_runs(get_pipeline(), target, tile);
    }

private:
    Var i{"i"}, row{"row"}, outer{"outer"};
    std::optional<halide::tile_draws> random;
};

/// The draws of elements of arbitrary index: a block for each.
class DrawsAt : public Generator<DrawsAt> {
public:
    Input<Buffer<uint64_t, 1>> index{"index"};
    Input<uint64_t> seed{"seed"}, stream{"stream"};
    Output<Buffer<uint16_t, 1>> draws{"draws"};

    void generate() { draws(i) = halide::draw_at(index(i), {seed, stream}); }
    void schedule() {
        begin_at_zero(index, draws);
        int lanes = natural_vector_size<uint32_t>();
        halide::vectorize_rows(draws, i, lanes, TailStrategy::RoundUp);
        end_runs(get_pipeline(), target, lanes);
    }

private:
    Var i{"i"};
};

class RReluDrawn : public RowGenerator<RReluDrawn> {
public:
    GeneratorParam<bool> backward{"backward", false};
    GeneratorParam<bool> with_noise{"with_noise", false};
    Input<Buffer<void, 2>> x{"x"};
    Input<Buffer<uint16_t, 2>> draws{"draws"};
    Input<int32_t> low{"low"};
    Input<uint16_t> width{"width"};
    Input<uint32_t> shift{"shift"};
    Input<double> scale{"scale"};
    Output<Buffer<void, 2>> y{"y"};

    void configure() {
        Type stored = halide::stored_type(element);
        store_as(element, x, y);
        if (backward) saved = add_input<Buffer<>>("saved", stored, 2);
        if (with_noise) noise = add_output<Buffer<>>("noise", stored, 2);
    }

    void generate() {
        halide::conversions c = conversions_of(target);
        halide::fixed_point bounds{low, width, shift, scale};
        Expr slope = bounds.slope(draws(i, row), halide::computing_type(element));
        Expr value = load(x(i, row), element);
        if (backward) {
            y(i, row) = store(halide::rrelu_backward(value, load((*saved)(i, row), element), slope, c));
        } else {
            y(i, row) = store(halide::leaky_relu(value, slope, c));
        }
        if (with_noise) (*noise)(i, row) = store(halide::rrelu_noise(value, slope, c));
    }

    void schedule() {
        begin_at_zero(x, draws, y);
        if (backward) begin_at_zero(*saved);
        int lanes = lanes_of(halide::computing_type(element));
        y.split(i, outer, i, lanes, TailStrategy::RoundUp).vectorize(i);
        end_runs(get_pipeline(), target, lanes);
        if (!with_noise) return;
        begin_at_zero(*noise);
        have_extents(y, *noise);
        noise->split(i, outer, i, lanes, TailStrategy::RoundUp).vectorize(i);
        y.compute_with(*noise, outer);  // the noise is written first, so that y may be x
    }

private:
    Var outer{"outer"};
    Input<Buffer<>> *saved = nullptr;
    Output<Buffer<>> *noise = nullptr;
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::Draws, draws)
HALIDE_REGISTER_GENERATOR(slopewise::generators::DrawsAt, draws_at)
HALIDE_REGISTER_GENERATOR(slopewise::generators::RReluDrawn, rrelu_drawn)
