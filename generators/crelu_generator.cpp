#include "element.h"

namespace slopewise::generators {
namespace {

using halide::load;
using halide::store;

/// Both halves of the concatenation in one pass over x.
class Crelu : public RowGenerator<Crelu> {
public:
    Input<Buffer<void, 2>> x{"x"};
    Output<Buffer<void, 2>> first{"first"}, second{"second"};

    void configure() { store_as(element, x, first, second); }
    void generate() {
        Expr value = load(x(i, row), element);
        first(i, row) = store(halide::relu(value));
        second(i, row) = store(halide::relu(halide::negated(value)));
    }
    void schedule() {
        begin_at_zero(x, first, second);
        have_extents(first, x, second);
        int lanes = lanes_of(x.type());
        for (auto *half : {&first, &second}) half->split(i, outer, i, lanes, TailStrategy::RoundUp).vectorize(i);
        second.compute_with(first, outer);
        if (aligned) return begin_aligned(first, second);
        end_runs(get_pipeline(), target, lanes);
    }

private:
    Var outer{"outer"};
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::Crelu, crelu)
