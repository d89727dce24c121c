// One kernel against the scalar reference: every byte of its outputs, the guards around all buffers, and its inputs.
#pragma once

#include <algorithm>
#include <sstream>
#include <string>

#include "cpu/call.h"
#include "inputs.h"
#include "reference.h"
#include "table/processor.h"

namespace slopewise::test {

/// With a slope below zero, zeros of both signs are told apart from what passes.
constexpr double check_lower = -0.125, check_upper = 1.0 / 3, check_leaky_slope = -0.01;
constexpr uint64_t check_seed = 0x0123456789abcdef, check_stream = 42;

/// The longest length of a check, and the block of its first random number.
struct check_range {
    size_t longest;
    uint64_t first_block = 0x5fff00000;  ///< beyond 32 bits, with no carry within a call
};

/// The inputs and expected results of a row, for the longest length; shorter ones are its beginning.
struct expected {
    kernel_reference reference;
    dtype type;
    check_range range;
    std::vector<const std::vector<uint64_t> *> inputs;
    std::vector<element> elements;
    random_state random;

    expected(const kernel_reference &r, dtype t, const check_range &range) : reference(r), type(t), range(range), elements(range.longest) {
        for (int i = 0; i < r.inputs; i++) inputs.push_back(&shared_adversarial_bits(t, range.longest, uint64_t(7 + 1000 * i)));
        random = {slopewise_fixed_point(check_lower, check_upper), check_seed, check_stream};
        bounds_in_fixed_point bounds = fixed_point_of(check_lower, check_upper);
        for (size_t n = 0; n < range.longest; n++) {
            element &e = elements[n];
            e.type = t;
            e.slope = t == dtype::f64 ? check_leaky_slope : double(float(check_leaky_slope));
            if (is_random()) e.slope = slope_of(draw_of(n), bounds, t == dtype::f64);
            for (int i = 0; i < r.inputs; i++) e.in[i] = (*inputs[size_t(i)])[n];
            r.element(e);
        }
    }

    bool is_random() const { return reference.slopes >= kernel_reference::random_run; }
    uint16_t draw_of(size_t n) const { return draw(8 * range.first_block + n, check_seed, check_stream); }
};

/// How one call is laid out.
struct call_case {
    size_t n, misalignment;
    bool in_place;
};

/// How a kernel's buffers lie and how it is called; here a CPU's.
class kernel_caller {
public:
    kernel_caller(kernel_function f, stores form) : function(f), form(form) {}
    virtual ~kernel_caller() = default;

    bool streams() const { return form == stores::streaming; }

    /// Lengths are multiples of so many elements.
    virtual size_t whole(dtype) const { return 1; }

    /// Bytes after a boundary at which a buffer begins. Outputs of a kernel that streams begin on a line.
    virtual size_t placement(dtype, const call_case &c, int buffer, bool is_output) const {
        constexpr size_t step = elements_must_be_aligned ? 8 : 1;
        return streams() && is_output ? 0 : (c.misalignment + size_t(buffer)) * step;
    }

    virtual void call(const expected &want, const std::vector<guarded *> &operands, size_t n) const {
        const kernel_reference &r = want.reference;
        kernel_call kernel = prepared(want);
        char *at[max_tensors];
        for (size_t o = 0; o < operands.size(); o++) at[o] = static_cast<char *>(operands[o]->data());
        if (r.slopes != kernel_reference::random_rows) return kernel.on_run(at, int64_t(n));
        std::vector<uint16_t> draws;
        for (size_t i = 0; i < n; i++) draws.push_back(want.draw_of(i));
        rows drawn = {reinterpret_cast<char *>(draws.data()), 0}, data[max_tensors];
        for (size_t o = 0; o < operands.size(); o++) data[o] = {at[o], 0};
        kernel.on_rows(data, &drawn, int64_t(n), 1);
    }

protected:
    kernel_function function;
    stores form;

    kernel_call prepared(const expected &want) const {
        const kernel_reference &r = want.reference;
        kernel_call kernel = {function, size_of(want.type), r.inputs + r.outputs,
                              r.slopes == kernel_reference::fixed_slope ? &check_leaky_slope : nullptr,
                              want.is_random() ? &want.random : nullptr};
        kernel.block = want.range.first_block;
        return kernel;
    }
};

/// Runs one length.
class kernel_run {
public:
    kernel_run(const expected &want, const kernel_caller &caller, const call_case &c) : want(want), n(c.n), in_place(c.in_place) {
        const kernel_reference &r = want.reference;
        for (int i = 0; i < r.inputs; i++) {
            buffers.emplace_back(want.type, n, caller.placement(want.type, c, i, false));
            buffers.back().set(*want.inputs[size_t(i)], n);
        }
        for (int o = 0; o < r.outputs; o++) buffers.emplace_back(want.type, n, caller.placement(want.type, c, 3 + o, true));
        std::vector<guarded *> operands;
        for (int i = 0; i < r.inputs; i++) operands.push_back(&buffers[size_t(i)]);
        for (int o = 0; o < r.outputs; o++) operands.push_back(&buffers[output(o)]);
        caller.call(want, operands, n);
    }

    /// What is wrong, or nothing.
    std::string mismatch() const {
        for (int o = 0; o < want.reference.outputs; o++) {
            const guarded &out = buffers[output(o)];
            for (size_t i = 0; i < n; i++) {
                if (!agrees(want.elements[i], o, out.get(i))) return describe(o, i, out.get(i));
            }
        }
        for (size_t i = in_place; i < want.inputs.size(); i++) {
            if (!buffers[i].holds(*want.inputs[i])) return "input " + std::to_string(i) + of_how_many() + " was written";
        }
        bool inside = std::all_of(buffers.begin(), buffers.end(), [](const guarded &b) { return b.untouched_outside(); });
        return inside ? "" : "bytes outside a tensor" + of_how_many() + " were written";
    }

private:
    size_t output(int o) const { return in_place && o == 0 ? 0 : size_t(want.reference.inputs + o); }
    std::string of_how_many() const { return " of " + std::to_string(n) + " elements" + (in_place ? ", in place," : ""); }

    std::string describe(int o, size_t i, uint64_t got) const {
        std::ostringstream text;
        text << "output " << o << " element " << i << of_how_many() << std::hex << ": input " << want.elements[i].in[0] << " gives " << got
             << ", expected " << want.elements[i].out[o];
        return text.str();
    }

    const expected &want;
    size_t n;
    bool in_place;
    std::vector<guarded> buffers;
};

/// Lengths around every vector's and tile's; whole multiples for kernels that stream.
inline std::vector<size_t> adversarial_lengths(bool streams, size_t longest) {
    if (streams) return {0, whole_tiles, 2 * whole_tiles, 3 * whole_tiles, 4096, longest / whole_tiles * whole_tiles};
    std::vector<size_t> lengths = {1000, 4099, longest};
    for (size_t n = 0; n <= 130; n++) lengths.push_back(n);
    return lengths;
}

/// All lengths up to the longest, misaligned, out of place and in place. What is wrong first, or nothing; `begun` is told
/// of each length before it is run.
template <class Begun>
std::string check_kernel(const expected &want, const kernel_caller &caller, Begun begun) {
    size_t whole = caller.whole(want.type);
    for (size_t length : adversarial_lengths(caller.streams(), want.range.longest)) {
        size_t n = std::min(length, want.range.longest) / whole * whole;
        for (bool in_place : {false, true}) {
            if (in_place && (caller.streams() || !want.reference.in_place)) continue;
            begun(n);
            std::string wrong = kernel_run(want, caller, {n, length % 3 ? length % 61 : 0, in_place}).mismatch();
            if (!wrong.empty()) return wrong;
        }
    }
    return {};
}

inline std::string check_kernel(const expected &want, const kernel_caller &caller) {
    return check_kernel(want, caller, [](size_t) {});
}

/// Which of its operation's forms a kernel is.
inline stores form_of(kernel k) {
    int form = int(stores::wide);
    while (form > 0 && kernel_forms[int(k)][form] != k) form--;
    return kernel_forms[int(k)][0] == k ? stores::plain : stores(form);
}

}  // namespace slopewise::test
