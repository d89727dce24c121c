// Every row of the kernel table, on every variant that this machine runs, must pass a check.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dispatch/dispatch.h"

namespace slopewise::test {

struct table_row {
    kernel id;
    dtype type;
};

/// "relu_f32", also as a parametrised test takes it.
inline std::string name_of(const table_row &row) { return std::string(kernel_names[int(row.id)]) + "_" + name(row.type); }
inline std::string row_name(const ::testing::TestParamInfo<table_row> &info) { return name_of(info.param); }

/// All rows of the table that a variant of this build holds for the device that is tested.
std::vector<table_row> table_rows();

/// Variants that run here, of the device that is tested; only SLOPEWISE_TEST_VARIANT where that is set.
std::vector<const variant *> usable_variants();

/// Notes that a check has called a row's function and passed.
void note_checked(const variant &v, const table_row &row);

}  // namespace slopewise::test
