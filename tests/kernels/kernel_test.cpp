// Every row of the table x every variant that runs here, byte by byte against the scalar reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "coverage.h"
#include "execute/call.h"
#include "execute/processor.h"
#include "gpu_run.h"
#include "support/inputs.h"
#include "support/reference.h"

namespace slopewise::test {
namespace {

const size_t longest = test_device() == device_kind::cpu ? SLOPEWISE_TEST_LONGEST : (1 << 16) + 9;
constexpr double lower = 0.125, upper = 1.0 / 3, leaky_slope = 0.01;
constexpr uint64_t seed = 0x0123456789abcdef, stream = 42;
// Block numbers carry beyond 32 bits after 2,048 elements on a GPU, and not within a call on a CPU.
const uint64_t first_block = test_device() == device_kind::cpu ? 0x5fff00000 : 0x5ffffff00;

std::vector<size_t> lengths() {
    std::vector<size_t> n = {127, 128, 129, 1000, 4099, longest};
    for (size_t i = 0; i <= 70; i++) n.push_back(i);
    return n;
}

/// Kernels that stream take multiples of 256 elements.
std::vector<size_t> whole_tiles() { return {0, 256, 512, 768, 4096, longest / 256 * 256}; }

/// The inputs and expected results of a row, for the longest length; shorter ones are its beginning.
struct expected {
    kernel_reference reference;
    dtype type;
    std::vector<std::vector<uint64_t>> inputs;
    std::vector<element> elements;
    random_state random;

    expected(const kernel_reference &r, dtype t) : reference(r), type(t), elements(longest) {
        for (int i = 0; i < r.inputs; i++) inputs.push_back(adversarial_bits(t, longest, uint64_t(7 + 1000 * i)));
        random = {slopewise_fixed_point(lower, upper), seed, stream};
        bounds_in_fixed_point bounds = fixed_point_of(lower, upper);
        for (size_t n = 0; n < longest; n++) {
            element &e = elements[n];
            e.type = t;
            e.slope = t == dtype::f64 ? leaky_slope : double(float(leaky_slope));
            if (r.slopes >= kernel_reference::random_run) {
                e.slope = slope_of(draw(8 * first_block + n, seed, stream), bounds, t == dtype::f64);
            }
            for (int i = 0; i < r.inputs; i++) e.in[i] = inputs[size_t(i)][n];
            r.element(e);
        }
    }
};

class Kernel : public ::testing::TestWithParam<table_row> {};

/// How one call of a kernel is laid out.
struct call_case {
    const variant &v;
    stores form;
    size_t n, misalignment;
    bool in_place;
};

/// Runs one length and compares outputs, guards and inputs.
class kernel_run {
public:
    kernel_run(const expected &want, kernel_function f, const call_case &c) : want(want), n(c.n), in_place(c.in_place) {
        const kernel_reference &r = want.reference;
        for (int i = 0; i < r.inputs; i++) {
            buffers.emplace_back(want.type, n, placement(c, i));
            buffers.back().set(want.inputs[size_t(i)], n);
        }
        for (int o = 0; o < r.outputs; o++) {
            buffers.emplace_back(want.type, n, c.form == stores::streaming ? 0 : placement(c, 3 + o));
        }
        c.v.device == device_kind::cpu ? call(f) : call_on_gpu(f, c);
    }

    void compare() const {
        for (int o = 0; o < want.reference.outputs; o++) {
            const guarded &out = buffers[output(o)];
            for (size_t i = 0; i < n; i++) {
                ASSERT_TRUE(agrees(want.elements[i], o, out.get(i)))
                    << "output " << o << " element " << i << " of " << n << (in_place ? " in place" : "") << std::hex << ": input "
                    << want.elements[i].in[0] << " gives " << out.get(i) << ", expected " << want.elements[i].out[o];
            }
        }
        for (const guarded &b : buffers) ASSERT_TRUE(b.untouched_outside()) << "bytes outside the tensor, length " << n;
    }

private:
    /// Bytes after a boundary: on a GPU whole elements, and none where threads have vectors.
    size_t placement(const call_case &c, int buffer) const {
        constexpr size_t step = elements_must_be_aligned ? 8 : 1;
        if (c.v.device == device_kind::cpu) return (c.misalignment + size_t(buffer)) * step;
        return c.form == stores::wide ? 0 : (c.misalignment + size_t(buffer)) * size_t(size_of(want.type));
    }
    size_t output(int o) const { return in_place && o == 0 ? 0 : size_t(want.reference.inputs + o); }

    void call(kernel_function f) {
        const kernel_reference &r = want.reference;
        kernel_call kernel = {f, size_of(want.type), r.inputs + r.outputs,
                              r.slopes == kernel_reference::fixed_slope ? &leaky_slope : nullptr, is_random() ? &want.random : nullptr};
        kernel.block = first_block;
        char *at[max_tensors];
        for (int o = 0; o < kernel.operands; o++) at[o] = static_cast<char *>(operand(o).data());
        if (r.slopes != kernel_reference::random_rows) return kernel.on_run(at, int64_t(n));
        std::vector<uint16_t> draws;
        for (size_t i = 0; i < n; i++) draws.push_back(draw(8 * first_block + i, seed, stream));
        rows drawn = {reinterpret_cast<char *>(draws.data()), 0}, data[max_tensors];
        for (int o = 0; o < kernel.operands; o++) data[o] = {at[o], 0};
        kernel.on_rows(data, &drawn, int64_t(n), 1);
    }

    bool is_random() const { return want.reference.slopes >= kernel_reference::random_run; }
    guarded &operand(int o) { return buffers[o < want.reference.inputs ? size_t(o) : output(o - want.reference.inputs)]; }

    void call_on_gpu(kernel_function f, const call_case &c) {
        const kernel_reference &r = want.reference;
        gpu_launch l = {};
        l.function = f;
        l.device = c.v.device;
        l.type = want.type;
        l.wide = c.form == stores::wide;
        l.has_rows = r.id == kernel::crelu || r.id == kernel::crelu_backward;
        l.operands = r.inputs + r.outputs;
        l.first_output = r.inputs;
        l.n = int64_t(n);
        l.rows = 1;
        l.slope = r.slopes == kernel_reference::fixed_slope ? &leaky_slope : nullptr;
        l.random = is_random() ? &want.random : nullptr;
        l.index = 8 * first_block;
        std::vector<guarded *> operands;
        for (int o = 0; o < l.operands; o++) operands.push_back(&operand(o));
        run_on_gpu(l, operands, is_keyed(r.id));
    }

    const expected &want;
    size_t n;
    bool in_place;
    std::vector<guarded> buffers;
};

stores form_of(kernel k) {
    int form = int(stores::wide);
    while (form > 0 && kernel_forms[int(k)][form] != k) form--;
    return kernel_forms[int(k)][0] == k ? stores::plain : stores(form);
}

void run_lengths(const expected &want, kernel_function f, call_case c) {
    size_t whole = c.form == stores::wide ? 16 / size_t(size_of(want.type)) : 1;
    for (size_t n : c.form == stores::streaming ? whole_tiles() : lengths()) {
        c.n = n / whole * whole;
        c.misalignment = n % 3 ? n % 61 : 0;
        c.in_place = false;
        ASSERT_NO_FATAL_FAILURE(kernel_run(want, f, c).compare());
        c.in_place = want.reference.in_place && c.form != stores::streaming;
        if (c.in_place) ASSERT_NO_FATAL_FAILURE(kernel_run(want, f, c).compare());
    }
}

TEST_P(Kernel, EqualsReference) {
    table_row row = GetParam();
    const kernel_reference *reference = reference_of(row.id);
    ASSERT_TRUE(reference) << kernel_names[int(row.id)] << " has no reference";
    std::optional<expected> want;
    for (const variant *v : usable_variants()) {
        SCOPED_TRACE(v->name);
        kernel_function f = reach(*v, row);
        if (!f) continue;
        if (!want) want.emplace(*reference, row.type);
        ASSERT_NO_FATAL_FAILURE(run_lengths(*want, f, {*v, form_of(row.id), 0, 0, false}));
    }
    if (!want) GTEST_SKIP() << "not run: no variant that this machine runs holds the row";
}

std::vector<table_row> op_rows() {
    std::vector<table_row> rows = table_rows();
    auto is_draws = [](const table_row &r) { return r.id == kernel::draws || r.id == kernel::draws_at; };
    rows.erase(std::remove_if(rows.begin(), rows.end(), is_draws), rows.end());
    return rows;
}

INSTANTIATE_TEST_SUITE_P(Table, Kernel, ::testing::ValuesIn(op_rows()),
                         [](const auto &info) { return std::string(kernel_names[int(info.param.id)]) + "_" + name(info.param.type); });

}  // namespace
}  // namespace slopewise::test
