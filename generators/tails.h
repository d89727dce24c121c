// The last, partial tile of a run. Halide's guards become masks, which AMD's processors before Zen 4 store in tens of
// micro-operations, or a branch for every lane. Here r elements are done in a narrower vector for each bit of r; where masks
// are native, in one. (Not by overlap with the vector before: in place, that has been written.)
#pragma once

#include "gather.h"

namespace slopewise::generators {

/// Ends the loops of a kernel that was scheduled for whole tiles, where they write to its outputs.
class Tails : public Halide::Internal::IRMutator {
public:
    /// Steps of `tile` elements along the first dimension of the outputs, which have one extent there.
    Tails(std::vector<std::string> outputs, int tile, const Halide::Target &t)
        : outputs(std::move(outputs)),
          tile(tile),
          masked(t.has_feature(Halide::Target::AVX512)),
          float_lanes(t.natural_vector_size(Halide::Float(32))) {}

protected:
    using Expr = Halide::Expr;
    using Stmt = Halide::Internal::Stmt;
    using IRMutator::visit;

    Stmt visit(const Halide::Internal::For *loop) override {
        using namespace Halide::Internal;
        contents found = contents_of(loop->body);
        if (found.loops) return rows(loop);
        if (!found.writes_output) return loop;
        Expr n = Variable::make(Halide::Int(32), outputs[0] + ".extent.0");
        Stmt whole = For::make(loop->name, loop->min, n / tile, loop->for_type, loop->partition_policy, loop->device_api, loop->body);
        rest = n % tile;
        Stmt last = simplify(substitute(loop->name, n / tile, loop->body));
        last = found.only_tiles ? some_of(last, tile, rest) : mutate(last);
        rest = Expr();
        return Block::make(whole, IfThenElse::make(n % tile != 0, last));
    }
    Stmt visit(const Halide::Internal::LetStmt *let) override {
        const auto *written = store_of(let);
        return written ? end_vector(let, written) : IRMutator::visit(let);
    }
    Stmt visit(const Halide::Internal::Store *store) override {
        return rest.defined() && is_output(store->name) ? end_vector(store, store) : store;
    }

private:
    const std::vector<std::string> outputs;
    const int tile;
    const bool masked;
    const int float_lanes;
    Expr rest;  ///< elements of the last tile, where that is written

    bool is_output(const std::string &name) const { return std::find(outputs.begin(), outputs.end(), name) != outputs.end(); }

    struct contents {
        bool loops = false, writes_output = false;
        bool only_tiles = true;  ///< of outputs, each in one vector
    };
    contents contents_of(const Stmt &body) const {
        struct : Halide::Internal::IRVisitor {
            const Tails *tails;
            contents found;
            using IRVisitor::visit;
            void visit(const Halide::Internal::For *) override { found.loops = true; }
            void visit(const Halide::Internal::Store *s) override {
                found.writes_output |= tails->is_output(s->name);
                found.only_tiles &= tails->is_output(s->name) && s->value.type().lanes() == tails->tile;
            }
        } visitor;
        visitor.tails = this;
        body.accept(&visitor);
        return visitor.found;
    }

    /// One row is the common case, and worth a way of its own: a small call is half as long.
    Stmt rows(const Halide::Internal::For *loop) {
        using namespace Halide::Internal;
        Stmt each = mutate(loop->body), one = mutate(simplify(substitute(loop->name, loop->min, loop->body)));
        return IfThenElse::make(
            loop->extent == 1, one,
            For::make(loop->name, loop->min, loop->extent, loop->for_type, loop->partition_policy, loop->device_api, each));
    }

    /// The store of a vector, of which all the rest says the value.
    const Halide::Internal::Store *store_of(const Halide::Internal::LetStmt *let) const {
        if (const auto *inner = let->body.as<Halide::Internal::LetStmt>()) return store_of(inner);
        const auto *store = let->body.as<Halide::Internal::Store>();
        return rest.defined() && store && is_output(store->name) ? store : nullptr;
    }

    /// A vector of the last tile is whole if the run goes on beyond it.
    Stmt end_vector(const Stmt &vector, const Halide::Internal::Store *store) const {
        using namespace Halide::Internal;
        int lanes = store->value.type().lanes();
        Expr left = simplify(rest - constant_of(simplify(store->index)));
        return IfThenElse::make(left >= lanes, vector, IfThenElse::make(left > 0, some_of(vector, lanes, left)));
    }
    Stmt some_of(const Stmt &vector, int lanes, const Expr &left) const {
        return masked ? mask(vector, lanes, left) : narrow(vector, lanes, left);
    }
    /// Arithmetic on halves, in floats of which a vector has fewer, is worth gathering its last lanes for.
    Stmt narrow(const Stmt &vector, int lanes, const Expr &left) const {
        using namespace Halide::Internal;
        bool gathers = widens(vector) && float_lanes < lanes;
        std::vector<Stmt> pieces = {Evaluate::make(0)};
        for (int n = lanes / 2; n >= (gathers ? float_lanes : 1); n /= 2) {
            Stmt piece = Narrow(lanes, n, left & (lanes - 2 * n), const_true(n)).mutate(vector);
            pieces.push_back(IfThenElse::make((left & n) != 0, piece));
        }
        if (!gathers) return Block::make(pieces);
        Expr count = left & (float_lanes - 1);
        pieces.push_back(IfThenElse::make(count != 0, Gather(lanes, float_lanes, left & (lanes - float_lanes), count).mutate(vector)));
        return Block::make(pieces);
    }
    /// Whether what is stored in 16 bits is computed in more, and not by instructions that convert it.
    bool widens(const Stmt &vector) const {
        struct : Halide::Internal::IRGraphVisitor {
            bool halves = true, wide = false, native = false;
            using IRGraphVisitor::include;
            void include(const Expr &e) override {
                wide |= e.type().is_vector() && e.type().bits() > 16;
                native |= e.type().is_float() && e.type().bits() == 16;
                IRGraphVisitor::include(e);
            }
            using IRGraphVisitor::visit;
            void visit(const Halide::Internal::Store *s) override {
                halves &= s->value.type().bits() == 16;
                include(s->value);
            }
            void visit(const Halide::Internal::Load *) override {}
        } found;
        vector.accept(&found);
        return found.halves && found.wide && !found.native && (float_lanes == 4 || float_lanes == 8);
    }
    static Stmt mask(const Stmt &vector, int lanes, const Expr &left) {
        using namespace Halide::Internal;
        return Narrow(lanes, lanes, 0, Ramp::make(0, 1, lanes) < Broadcast::make(left, lanes)).mutate(vector);
    }

    /// What of an index does not depend on where the tile is: the place in it.
    static int constant_of(const Expr &index) {
        if (const auto *ramp = index.as<Halide::Internal::Ramp>()) return constant_of(ramp->base);
        if (const auto *sum = index.as<Halide::Internal::Add>()) return constant_of(sum->a) + constant_of(sum->b);
        const auto *number = index.as<Halide::Internal::IntImm>();
        return number ? int(number->value) : 0;
    }
};

}  // namespace slopewise::generators
