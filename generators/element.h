// What every generator here shares: the element type, its conversions on the target, and row-shaped buffers.
#pragma once

#include <slopewise/halide.h>

#include "legal.h"
#include "tails.h"

namespace slopewise::generators {

using namespace Halide;

/// f16 instructions of the target; without them the integer conversions of storage.h.
inline halide::conversions conversions_of(const Target &t) { return {t.features_any_of({Target::F16C, Target::ARMFp16})}; }

/// In the order of the enumeration.
inline std::map<std::string, halide::packing> packings() {
    std::map<std::string, halide::packing> by_name;
    for (auto p : {halide::packing::lanes, halide::packing::pairs, halide::packing::words}) by_name[tunable::packing.values[size_t(p)]] = p;
    return by_name;
}

/// Declares buffers of elements: 16-bit floats as bits.
template <class... Buffers>
void store_as(Type element, Buffers &...buffers) {
    (buffers.set_type(halide::stored_type(element)), ...);
}

/// Kernels are called with buffers that begin at zero in every dimension; rows may lie at any stride.
template <class... Buffers>
void begin_at_zero(Buffers &...buffers) {
    auto constrain = [](auto &buffer) {
        for (int d = 0; d < buffer.dimensions(); d++) buffer.dim(d).set_min(0);
    };
    (constrain(buffers), ...);
}

/// Buffers as long as the first in every dimension: without that, loops over several outputs guard each of them.
template <class First, class... Buffers>
void have_extents(First &first, Buffers &...others) {
    auto constrain = [&](auto &buffer) {
        for (int d = 0; d < buffer.dimensions(); d++) buffer.dim(d).set_bounds(0, first.dim(d).extent());
    };
    (constrain(others), ...);
}

/// Outputs of a kernel that streams: rows of whole tiles, which begin on boundaries that no vector store straddles.
constexpr int stream_alignment = 64;

template <class... Outputs>
void begin_aligned(Outputs &...outputs) {
    auto constrain = [](auto &output) {
        output.set_host_alignment(stream_alignment);
        int line = stream_alignment / output.type().bytes();
        for (int d = 1; d < output.dimensions(); d++) output.dim(d).set_stride(output.dim(d).stride() / line * line);
    };
    (constrain(outputs), ...);
}

/// Ends runs of any length, of a pipeline whose outputs are scheduled for whole tiles.
inline void end_runs(Pipeline p, const Target &t, int tile) {
    std::vector<std::string> outputs;
    for (const Func &f : p.outputs()) outputs.push_back(f.name());
    if (tile > 1) p.add_custom_lowering_pass(new Tails(outputs, tile, t));
}

/// What generators of rows share: kernels over rows of contiguous elements, some natural vectors at a time.
template <class Derived>
class RowGenerator : public Generator<Derived> {
public:
    GeneratorParam<Type> element{"element", Float(32)};
    GeneratorParam<int> vectors{"vectors", first_of(tunable::vectors)};
    GeneratorParam<bool> aligned{"aligned", false};  // for streaming stores

protected:
    Var i{"i"}, row{"row"};

    /// `vectors` natural vectors of a type.
    int lanes_of(Type t) {
        int lanes = this->get_target().natural_vector_size(t) * vectors;
        refuse_illegal(this->name(), {{"vectors", vectors}, {"lanes", lanes}}, aligned);
        if (aligned && lanes * t.bytes() > streamed_row)
            throw std::runtime_error(this->name() + ": lanes is " + std::to_string(lanes) + ", expected at most " +
                                     std::to_string(streamed_row / t.bytes()) + " where rows stream");
        return lanes;
    }

    template <class Output>
    void write_rows(Output &y) {
        int lanes = lanes_of(Func(y).type());
        halide::vectorize_rows(y, i, lanes, TailStrategy::RoundUp);
        if (aligned) return begin_aligned(y);
        end_runs(this->get_pipeline(), this->get_target(), lanes);
    }
};

}  // namespace slopewise::generators
