// Every row of the table x every variant that runs here, byte by byte against the scalar reference.
#include <gtest/gtest.h>

#include <algorithm>

#include "coverage.h"
#include "execute/call.h"
#include "execute/processor.h"
#include "support/inputs.h"
#include "support/reference.h"

namespace slopewise::test {
namespace {

constexpr size_t longest = SLOPEWISE_TEST_LONGEST;
constexpr double lower = 0.125, upper = 1.0 / 3, leaky_slope = 0.01;
constexpr uint64_t seed = 0x0123456789abcdef, stream = 42, first_block = 0x5fff00000;  // no carry within a call

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

/// Runs one length and compares outputs, guards and inputs.
class kernel_run {
public:
    kernel_run(const expected &want, kernel_function f, size_t n, size_t misalignment, bool in_place, bool streams)
        : want(want), n(n), in_place(in_place) {
        const kernel_reference &r = want.reference;
        constexpr size_t step = elements_must_be_aligned ? 8 : 1;
        for (int i = 0; i < r.inputs; i++) {
            buffers.emplace_back(want.type, n, misalignment + size_t(i) * step);
            buffers.back().set(want.inputs[size_t(i)], n);
        }
        for (int o = 0; o < r.outputs; o++) buffers.emplace_back(want.type, n, streams ? 0 : misalignment + (3 + size_t(o)) * step);
        call(f);
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
    size_t output(int o) const { return in_place && o == 0 ? 0 : size_t(want.reference.inputs + o); }

    void call(kernel_function f) {
        const kernel_reference &r = want.reference;
        bool random = r.slopes >= kernel_reference::random_run;
        kernel_call kernel = {f, size_of(want.type), r.inputs + r.outputs,
                              r.slopes == kernel_reference::fixed_slope ? &leaky_slope : nullptr, random ? &want.random : nullptr};
        kernel.block = first_block;
        char *at[max_tensors];
        for (int i = 0; i < r.inputs; i++) at[i] = static_cast<char *>(buffers[size_t(i)].data());
        for (int o = 0; o < r.outputs; o++) at[r.inputs + o] = static_cast<char *>(buffers[output(o)].data());
        if (r.slopes != kernel_reference::random_rows) return kernel.on_run(at, int64_t(n));
        std::vector<uint16_t> draws;
        for (size_t i = 0; i < n; i++) draws.push_back(draw(8 * first_block + i, seed, stream));
        rows drawn = {reinterpret_cast<char *>(draws.data()), 0}, data[max_tensors];
        for (int o = 0; o < kernel.operands; o++) data[o] = {at[o], 0};
        kernel.on_rows(data, &drawn, int64_t(n), 1);
    }

    const expected &want;
    size_t n;
    bool in_place;
    std::vector<guarded> buffers;
};

TEST_P(Kernel, EqualsReference) {
    table_row row = GetParam();
    const kernel_reference *reference = reference_of(row.id);
    ASSERT_TRUE(reference) << kernel_names[int(row.id)] << " has no reference";
    expected want(*reference, row.type);
    bool streams = row.id == kernel_forms[int(row.id)][int(stores::streaming)] && row.id != kernel_forms[int(row.id)][0];
    int ran = 0;
    for (const variant *v : usable_variants()) {
        SCOPED_TRACE(v->name);
        kernel_function f = reach(*v, row);
        for (size_t n : streams ? whole_tiles() : lengths()) {
            if (!f) break;
            size_t misalignment = n % 3 ? n % 61 : 0;
            if (elements_must_be_aligned) misalignment *= 8;
            ASSERT_NO_FATAL_FAILURE(kernel_run(want, f, n, misalignment, false, streams).compare());
            if (reference->in_place && !streams) ASSERT_NO_FATAL_FAILURE(kernel_run(want, f, n, misalignment, true, false).compare());
            ran++;
        }
    }
    if (ran == 0) GTEST_SKIP() << "not run: no variant that this machine runs holds the row";
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
