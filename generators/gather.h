#pragma once

#include "narrow.h"

namespace slopewise::generators {

/// Fewer than `computed` lanes of 16 bits, 4 or 8: read and written in a piece for each bit of their number, but computed at
/// once. The pieces meet in words of 64 bits, which stay whole: as vectors they were taken apart lane by lane.
class Gather : public Narrow {
public:
    Gather(int lanes, int computed, const Expr &first, Expr count) : Narrow(lanes, computed, first, {}), count(std::move(count)) {}

protected:
    using Narrow::visit;

    Expr visit(const Halide::Internal::Load *l) override {
        using namespace Halide::Internal;
        if (l->type.is_scalar()) return l;
        std::vector<Expr> words;
        auto piece = [&](int lanes) {
            Expr some =
                Load::make(l->type.with_lanes(lanes), l->name, place_of(l->index, lanes), l->image, l->param, const_true(lanes), {});
            Expr bits = reinterpret(Halide::UInt(16 * lanes), some);
            return Call::make(bits.type(), Call::if_then_else, {has(lanes), bits, make_zero(bits.type())}, Call::PureIntrinsic);
        };
        if (n == 8) words.push_back(piece(4));
        words.push_back(Halide::cast<uint64_t>(piece(2)) | Halide::cast<uint64_t>(piece(1)) << 32);
        return Reinterpret::make(narrow(l->type), n == 8 ? Shuffle::make_concat(words) : words[0]);
    }
    Stmt visit(const Halide::Internal::Store *s) override {
        using namespace Halide::Internal;
        std::string name = unique_name("gathered");
        Expr all = Variable::make(Halide::UInt(64, n / 4), name), last = n == 8 ? Shuffle::make_extract_element(all, 1) : all;
        std::vector<Stmt> pieces;
        auto store = [&](int lanes, const Expr &word) {
            Expr value = reinterpret(s->value.type().with_lanes(lanes), cast(Halide::UInt(16 * lanes), word));
            Stmt some = Store::make(s->name, value, place_of(s->index, lanes), s->param, const_true(lanes), {});
            pieces.push_back(IfThenElse::make(has(lanes), some));
        };
        if (n == 8) store(4, Shuffle::make_extract_element(all, 0));
        store(2, last);
        store(1, last >> 32);
        return LetStmt::make(name, Reinterpret::make(all.type(), mutate(s->value)), Block::make(pieces));
    }

private:
    const Expr count;

    Expr has(int lanes) const { return (count & lanes) != 0; }
    /// After the larger pieces.
    Expr place_of(const Expr &index, int lanes) const { return place(index, lanes, count & (n - 2 * lanes)); }
};

}  // namespace slopewise::generators
