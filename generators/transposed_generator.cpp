// A plane of items turned: y(i, row) = x(row, i). Serves every type of a size, for tensors that are read across.
#include "element.h"

namespace slopewise::generators {
namespace {

/// Squares in registers: each round interleaves the upper half of the rows with the lower, and after log2(side) rounds rows are
/// columns. Interleaving is what every instruction set has: x86 in 16 or 32 bytes unpacks. Planes are whole squares.
class Transposed : public Generator<Transposed> {
public:
    GeneratorParam<Type> element{"element", Float(32)};
    Input<Buffer<void, 2>> x{"x"};
    Output<Buffer<void, 2>> y{"y"};

    void configure() { store_as(element, x, y); }

    void generate() {
        side = vector_bytes() / x.type().bytes();
        Func rows("rows");
        rows(i, row) = x(i, row);
        rounds = {rows};
        for (int left = side; left > 1; left /= 2) rounds.push_back(interleaved(rounds.back()));
        y(i, row) = in_square(rounds.back(), row, i, i % side, row % side);
    }

    void schedule() {
        begin_at_zero(x, y);
        y.tile(i, row, outer, outer_row, i, row, side, side, TailStrategy::RoundUp);
        y.reorder(i, row, outer_row, outer).vectorize(i).unroll(row);
        for (Func &f : rounds) {
            f.compute_at(y, outer_row).bound_extent(i, side).bound_extent(row, side).vectorize(i).unroll(row);
            f.store_in(MemoryType::Stack);
        }
    }

private:
    /// Unpacking bytes and words of 32-byte vectors takes twice the instructions, since their halves are vectors of their own.
    int vector_bytes() { return x.type().bytes() >= 4 && get_target().has_feature(Target::AVX2) ? 32 : 16; }

    /// f at a place in the square of (column, line).
    Expr in_square(const Func &f, const Expr &column, const Expr &line, const Expr &at, const Expr &at_line) const {
        return f(column / side * side + at, line / side * side + at_line);
    }

    Func interleaved(const Func &f) const {
        Func round("round");
        Expr half = row % side % 2 * (side / 2), at = i % side / 2 + half, line = row % side / 2;
        round(i, row) = select(i % side % 2 == 0, in_square(f, i, row, at, line), in_square(f, i, row, at, line + side / 2));
        return round;
    }

    Var i{"i"}, row{"row"}, outer{"outer"}, outer_row{"outer_row"};
    std::vector<Func> rounds;
    int side = 0;
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::Transposed, transposed)
