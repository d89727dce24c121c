// Every row of the table x every variant that runs here, byte by byte against the scalar reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "coverage.h"
#include "gpu_caller.h"

namespace slopewise::test {
namespace {

// On a GPU block numbers carry beyond 32 bits after 2,048 elements.
const check_range range = test_device() == device_kind::cpu ? check_range{SLOPEWISE_TEST_LONGEST} : check_range{(1 << 16) + 9, 0x5ffffff00};

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
        kernel_function f = v->function(row.id, row.type);
        if (!f) continue;
        if (!want) want.emplace(*reference, row.type, range);
        ASSERT_EQ(check(*v, row, f, *want), "");
        note_checked(*v, row);
    }
    if (!want) GTEST_SKIP() << "not run: no variant that this machine runs holds the row";
}

std::vector<table_row> op_rows() {
    std::vector<table_row> rows = table_rows();
    auto has_own_test = [](const table_row &r) { return r.id == kernel::draws || r.id == kernel::draws_at || r.id == kernel::transposed; };
    rows.erase(std::remove_if(rows.begin(), rows.end(), has_own_test), rows.end());
    return rows;
}

INSTANTIATE_TEST_SUITE_P(Table, Kernel, ::testing::ValuesIn(op_rows()), row_name);

}  // namespace
}  // namespace slopewise::test
