// What every GPU generator shares: tensors of which a thread has one element or, in the wide form, 16 aligned bytes.
#pragma once

#include <slopewise/halide.h>

#include "legal.h"

namespace slopewise::generators {

using namespace Halide;

/// f16 by PTX's own conversions; everything else on integers: compilers of PTX and OpenCL take floats for free of NaNs.
inline halide::conversions gpu_conversions(const Target &t) { return {t.has_feature(Target::CUDA), true}; }

/// On OpenCL a tensor is a buffer and an offset into it, which the kernel takes as low + high * 2^28, counted in what a
/// thread has.
constexpr int offset_radix_bits = 28;

/// A run-time argument: an expression from generate() on.
using scalar = std::function<Expr()>;
using coordinates = std::vector<Expr>;

inline coordinates operator+(coordinates first, const coordinates &more) {
    first.insert(first.end(), more.begin(), more.end());
    return first;
}

template <class Derived>
class GpuGenerator : public Generator<Derived> {
public:
    GeneratorParam<Type> element{"element", Float(32)};
    GeneratorParam<bool> wide{"wide", false};
    GeneratorParam<int> threads{"threads", first_of(tunable::threads)};  // of a block
    GeneratorParam<bool> unrolled{"unrolled", true};                     // a thread's words, or in a loop

protected:
    // A thread has elements e of its own; where tensors have rows, threads are counted in each row.
    Var e{"e"}, thread{"thread"}, row{"row"};
    bool has_rows = false;

    halide::conversions conversions() const { return gpu_conversions(this->get_target()); }
    int own_elements() const { return wide ? halide::elements_of_vector(element) : 1; }

    // In configure(): inputs, then scalars of the derived generator's own, then outputs.
    void reads(const std::vector<std::string> &names) {
        for (const std::string &name : names) {
            auto *buffer = this->template add_input<Buffer<>>(name, stored(), own_dims() + (has_offsets() ? 2 : 0));
            inputs.push_back({name, buffer, Func(name + "_own"), {}});
        }
    }
    void writes(const std::vector<std::string> &names) {
        for (input &t : inputs) t.offset = add_offset(t.name);
        for (const std::string &name : names) output_offsets.push_back(add_offset(name));
        std::vector<Type> types(names.size(), stored());
        int offset_dims = has_offsets() ? 2 * int(names.size()) : 0;
        outputs = this->template add_output<Buffer<>>("outputs", types, own_dims() + offset_dims);
    }
    template <typename T>
    scalar add_scalar(const std::string &name) {
        auto *input = this->template add_input<T>(name);
        return [input] { return Expr(*input); };
    }
    /// Of the computing type.
    scalar add_factor(const std::string &name) { return element.value() == Float(64) ? add_scalar<double>(name) : add_scalar<float>(name); }

    // In generate(). What a thread reads it reads before it writes, so that an output may be an input.
    Expr read(size_t i) {
        input &t = inputs[i];
        t.own(own_place()) = (*t.buffer)(own_place() + values(t.offset));
        return wide ? halide::unpacked(t.own, e, place(), element) : reinterpret(element, t.own(place()));
    }
    void write(const std::vector<Expr> &results) {
        std::vector<Expr> stored_results, nothing(results.size(), undef(stored()));
        for (const Expr &value : results) {
            Func bits;
            bits(coordinates{e} + place()) = halide::bits(value);
            stored_results.push_back(wide ? halide::packed(bits, word, place(), element) : halide::bits(value));
        }
        set(own_results, own_place(), stored_results);
        std::vector<Expr> own;
        for (size_t o = 0; o < results.size(); o++) own.push_back(get(own_results, own_place(), o));
        if (has_offsets()) set(*outputs, own_place() + any_offsets(), nothing);
        set(*outputs, own_place() + all_offsets(), own);
    }

    // In schedule().
    void schedule_threads() {
        refuse_illegal(this->name(), {{"threads", threads}});
        declare_buffers();
        Stage s = written();
        if (has_rows) s.fuse(thread, row, thread);
        halide::thread_each(s, thread, block, threads);
        if (wide) s.vectorize(word);
        for (input &t : inputs) {
            per_thread(t.own);
            if (wide) t.own.bound_extent(word, halide::vector_words).vectorize(word);
        }
        per_thread(own_results);
        if (wide) own_results.bound_extent(word, halide::vector_words);
        if (wide && unrolled) own_results.unroll(word);
    }
    Func per_thread(Func f) {
        f.bound_extent(thread, 1);
        if (has_rows) f.bound_extent(row, 1);
        return halide::in_registers(f, {Func(*outputs), thread});
    }

private:
    struct input {
        std::string name;
        GeneratorInput<Buffer<>> *buffer;
        Func own;
        std::vector<scalar> offset;
    };
    std::vector<input> inputs;
    GeneratorOutput<Buffer<>> *outputs = nullptr;
    std::vector<std::vector<scalar>> output_offsets;
    Func own_results{"own_results"};
    Var word{"word"}, block{"block"};

    bool has_offsets() const { return this->get_target().has_feature(Target::OpenCL); }
    Type stored() const { return UInt(wide ? 32 : element.value().bits()); }

    coordinates place() const { return has_rows ? coordinates{thread, row} : coordinates{thread}; }
    coordinates own_place() const { return wide ? coordinates{word} + place() : place(); }
    int own_dims() const { return wide + 1 + has_rows; }

    std::vector<scalar> add_offset(const std::string &name) {
        if (!has_offsets()) return {};
        return {add_scalar<int32_t>(name + "_low"), add_scalar<int32_t>(name + "_high")};
    }
    static coordinates values(const std::vector<scalar> &scalars) {
        coordinates all;
        for (const scalar &s : scalars) all.push_back(s());
        return all;
    }
    /// Outputs have a coordinate for each part of every offset, and are written only where the offsets are.
    coordinates all_offsets() const {
        coordinates all;
        for (const auto &offset : output_offsets) all = all + values(offset);
        return all;
    }
    coordinates any_offsets() const {
        coordinates any;
        for (size_t i = 0; i < 2 * output_offsets.size(); i++) any.push_back(Var());
        return any;
    }
    /// Of one value, a Tuple is none.
    static void set(Func f, const coordinates &at, const std::vector<Expr> &values) {
        if (values.size() == 1) {
            f(at) = values[0];
        } else {
            f(at) = Tuple(values);
        }
    }
    static Expr get(const Func &f, const coordinates &at, size_t i) { return f.outputs() == 1 ? Expr(f(at)) : Expr(f(at)[int(i)]); }
    Stage written() const {
        Func f(*outputs);
        return has_offsets() ? f.update() : Stage(f);
    }

    void declare_buffers() {
        for (input &t : inputs) {
            declare_extents(*t.buffer);
            declare_strides(*t.buffer, 0);
        }
        std::vector<OutputImageParam> buffers = Func(*outputs).output_buffers();
        declare_extents(buffers[0]);  // the others have the same
        for (size_t o = 0; o < buffers.size(); o++) declare_strides(buffers[o], int(o));
    }
    template <class Buffer>
    void declare_extents(Buffer &b) {
        for (int d = 0; d < b.dimensions(); d++) b.dim(d).set_min(0);
        if (wide) b.dim(0).set_extent(halide::vector_words);
    }
    /// Rows lie whole vectors apart. Of the offsets, a buffer moves by its own.
    template <class Buffer>
    void declare_strides(Buffer &b, int own_offset) {
        int unit = wide ? halide::vector_words : 1;
        if (wide) b.set_host_alignment(halide::vector_bytes);
        if (wide) b.dim(0).set_stride(1);
        b.dim(wide).set_stride(unit);
        if (has_rows) b.dim(wide + 1).set_stride(b.dim(wide + 1).stride() / unit * unit);
        for (int d = own_dims(); d < b.dimensions(); d += 2) {
            bool own = d == own_dims() + 2 * own_offset;
            b.dim(d).set_stride(own ? unit : 0);
            b.dim(d + 1).set_stride(own ? unit << offset_radix_bits : 0);
        }
    }
};

}  // namespace slopewise::generators
