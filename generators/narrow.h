#pragma once

#include <Halide.h>

namespace slopewise::generators {

/// What is computed and stored in vectors, for some of their lanes: `n` of them from the `first` on, which is known when it
/// runs. Reads and writes only where the predicate holds. One lane is computed as two: what selects between vectors branches
/// between scalars, as the data fall.
class Narrow : public Halide::Internal::IRMutator {
public:
    using Expr = Halide::Expr;
    using Stmt = Halide::Internal::Stmt;

    Narrow(int lanes, int n, Expr first, Expr predicate)
        : lanes(lanes), n(n), computed(std::max(n, 2)), first(std::move(first)), predicate(std::move(predicate)) {}

protected:
    const int lanes, n, computed;
    using IRMutator::visit;

    Expr visit(const Halide::Internal::Broadcast *b) override {
        require(b->lanes == lanes);
        return Halide::Internal::Broadcast::make(b->value, computed);
    }
    Expr visit(const Halide::Internal::Variable *v) override {
        return v->type.is_scalar() ? Expr(v) : Halide::Internal::Variable::make(narrow(v->type), v->name);
    }
    Expr visit(const Halide::Internal::Cast *c) override { return Halide::Internal::Cast::make(narrow(c->type), mutate(c->value)); }
    Expr visit(const Halide::Internal::Reinterpret *r) override {
        require(r->type.lanes() == r->value.type().lanes());
        return Halide::Internal::Reinterpret::make(narrow(r->type), mutate(r->value));
    }
    Expr visit(const Halide::Internal::Call *c) override {
        std::vector<Expr> args;
        for (const Expr &a : c->args) args.push_back(mutate(a));
        return Halide::Internal::Call::make(narrow(c->type), c->name, args, c->call_type);
    }
    Expr visit(const Halide::Internal::Load *l) override {
        using namespace Halide::Internal;
        if (l->type.is_scalar()) return l;
        require(is_const_one(l->predicate));
        Expr some = Load::make(l->type.with_lanes(n), l->name, place(l->index, n), l->image, l->param, predicate, {});
        return n == 1 ? Shuffle::make_concat({some, make_zero(some.type())}) : some;
    }
    Stmt visit(const Halide::Internal::Store *s) override {
        using namespace Halide::Internal;
        require(is_const_one(s->predicate));
        Expr value = mutate(s->value);
        if (n == 1) value = Shuffle::make_extract_element(value, 0);
        return Store::make(s->name, value, place(s->index, n), s->param, predicate, {});
    }
    Expr visit(const Halide::Internal::Ramp *r) override { return refused(r); }
    Expr visit(const Halide::Internal::Shuffle *s) override { return refused(s); }
    Expr visit(const Halide::Internal::VectorReduce *v) override { return refused(v); }

    /// Where some of the lanes of an index lie, `after` the first that are done.
    Expr place(const Expr &index, int some, const Expr &after = 0) const {
        const auto *ramp = index.as<Halide::Internal::Ramp>();
        require(ramp && ramp->lanes == lanes && Halide::Internal::is_const_one(ramp->stride));
        Expr begin = ramp->base + first + after;
        return some == 1 ? begin : Halide::Internal::Ramp::make(begin, 1, some);
    }
    Halide::Type narrow(Halide::Type t) const {
        require(t.is_scalar() || t.lanes() == lanes);
        return t.is_scalar() ? t : t.with_lanes(computed);
    }

private:
    const Expr first, predicate;

    /// Lanes that are computed together cannot be told apart.
    static void require(bool lane_by_lane) {
        if (!lane_by_lane) throw std::logic_error("a tail takes what is read, computed and written lane by lane");
    }
    static Expr refused(const Expr &e) {
        require(false);
        return e;
    }
};

}  // namespace slopewise::generators
