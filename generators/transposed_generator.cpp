// A plane of items turned: y(i, row) = x(row, i). Serves every type of a size, for tensors that are read across.
#include "element.h"

namespace slopewise::generators {
namespace {

/// Squares in registers. Interleaving the upper half of some rows with the lower, log2(rows) times, makes columns of them: what
/// every instruction set has for 16 bytes, x86 under the name of unpacking. AVX2 unpacks each half of 32 bytes by itself, so rows
/// that are so long exchange halves first: 24 shuffles for 8 x 8 items of 32 bits; interleaving whole rows would take 48.
/// Planes are whole squares.
class Transposed : public Generator<Transposed> {
public:
    GeneratorParam<Type> element{"element", Float(32)};
    Input<Buffer<void, 2>> x{"x"};
    Output<Buffer<void, 2>> y{"y"};

    void configure() { store_as(element, x, y); }

    void generate() {
        side = vector_bytes() / x.type().bytes();
        part = 16 / x.type().bytes();
        Func rows("rows");
        rows(i, row) = x(i, row);
        rounds = {rows};
        if (part < side) rounds.push_back(exchanged(rounds.back()));
        for (int left = part; left > 1; left /= 2) rounds.push_back(interleaved(rounds.back()));
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
    /// Squares of bytes and words are large enough with 16.
    int vector_bytes() { return x.type().bytes() >= 4 && get_target().has_feature(Target::AVX2) ? 32 : 16; }

    /// f at a place in the square of (column, line).
    Expr in_square(const Func &f, const Expr &column, const Expr &line, const Expr &at, const Expr &at_line) const {
        return f(column / side * side + at, line / side * side + at_line);
    }

    /// Of two rows so many apart that their parts make a square, the first gets the first parts and the second the second.
    Func exchanged(const Func &f) const {
        Func round("exchanged");
        Expr at = row % side / part * part + i % part, line = row % part;
        round(i, row) = select(i % side < part, in_square(f, i, row, at, line), in_square(f, i, row, at, line + part));
        return round;
    }

    /// Within each part of the rows.
    Func interleaved(const Func &f) const {
        Func round("interleaved");
        Expr half = row % 2 * (part / 2), at = i % side / part * part + i % part / 2 + half;
        Expr line = row % side / part * part + row % part / 2;
        round(i, row) = select(i % 2 == 0, in_square(f, i, row, at, line), in_square(f, i, row, at, line + part / 2));
        return round;
    }

    Var i{"i"}, row{"row"}, outer{"outer"}, outer_row{"outer_row"};
    std::vector<Func> rounds;
    int side = 0, part = 0;  // items of a row of a square, and of 16 bytes
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::Transposed, transposed)
