// Every row of the table x every variant that runs here, byte by byte against the scalar reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "coverage.h"
#include "gpu_run.h"
#include "support/kernel_check.h"

namespace slopewise::test {
namespace {

// On a GPU block numbers carry beyond 32 bits after 2,048 elements.
const check_range range = test_device() == device_kind::cpu ? check_range{SLOPEWISE_TEST_LONGEST} : check_range{(1 << 16) + 9, 0x5ffffff00};

class gpu_caller : public kernel_caller {
public:
    gpu_caller(device_kind device, kernel_function f, stores form) : kernel_caller(f, form), device(device) {}

    bool is_wide() const { return form == stores::wide; }
    size_t whole(dtype t) const override { return is_wide() ? 16 / size_t(size_of(t)) : 1; }

    /// Whole elements after a boundary, and none where threads have vectors.
    size_t placement(dtype t, const call_case &c, int buffer, bool) const override {
        return is_wide() ? 0 : (c.misalignment + size_t(buffer)) * size_t(size_of(t));
    }

    void call(const expected &want, const std::vector<guarded *> &operands, size_t n) const override {
        const kernel_reference &r = want.reference;
        gpu_launch l = {};
        l.function = function;
        l.device = device;
        l.type = want.type;
        l.wide = is_wide();
        l.has_rows = r.id == kernel::crelu || r.id == kernel::crelu_backward;
        l.operands = r.inputs + r.outputs;
        l.first_output = r.inputs;
        l.n = int64_t(n);
        l.rows = 1;
        l.slope = r.slopes == kernel_reference::fixed_slope ? &check_leaky_slope : nullptr;
        l.random = want.is_random() ? &want.random : nullptr;
        l.index = 8 * want.range.first_block;
        run_on_gpu(l, operands, is_keyed(r.id));
    }

private:
    device_kind device;
};

std::string check(const variant &v, const table_row &row, kernel_function f, const expected &want) {
    stores form = form_of(row.id);
    if (v.device == device_kind::cpu) return check_kernel(want, kernel_caller(f, form));
    return check_kernel(want, gpu_caller(v.device, f, form));
}

class Kernel : public ::testing::TestWithParam<table_row> {};

TEST_P(Kernel, EqualsReference) {
    table_row row = GetParam();
    const kernel_reference *reference = reference_of(row.id);
    ASSERT_TRUE(reference) << kernel_names[int(row.id)] << " has no reference";
    std::optional<expected> want;
    for (const variant *v : usable_variants()) {
        SCOPED_TRACE(v->name);
        kernel_function f = reach(*v, row);
        if (!f) continue;
        if (!want) want.emplace(*reference, row.type, range);
        ASSERT_EQ(check(*v, row, f, *want), "");
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
