#include "coverage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>

#include "gpu/gpu.h"
#include "support/gpu.h"

namespace slopewise::test {
namespace {

std::set<kernel_function> checked;

/// On the device that is tested.
bool runs_here(int v) {
    char ignored[160];
    if (variants[v].device != test_device()) return false;
    return test_device() == device_kind::cpu ? this_machine().usable[v] : gpu_variant_usable(variants[v], ignored, sizeof ignored);
}

std::string where_it_ran(int v) {
    char why[160] = "";
    const char *emulator = std::getenv("SLOPEWISE_TEST_ON");
    std::string place = emulator ? std::string("run on ") + emulator : "run natively";
    if (test_device() == device_kind::cpu) return runs_here(v) ? place : this_machine().reason[v];
    return gpu_variant_usable(variants[v], why, sizeof why) ? "executed on " + test_gpu()->name() : why;
}

class coverage : public ::testing::Environment {
public:
    void TearDown() override {
        if (::testing::GTEST_FLAG(filter) != "*" || (test_device() != device_kind::cpu && !test_gpu())) return;
        ASSERT_FALSE(usable_variants().empty()) << "no variant of this build runs here";
        for (const variant *v : usable_variants()) {
            for (const table_row &row : table_rows()) {
                kernel_function f = v->function(row.id, row.type);
                EXPECT_TRUE(!f || checked.count(f)) << name_of(row) << " on " << v->name << " passed no check";
            }
        }
        for (int i = 0; i < variant_count; i++) {
            if (variants[i].device == test_device()) std::printf("%s: %s\n", variants[i].name, where_it_ran(i).c_str());
        }
    }
};

const auto *registered = ::testing::AddGlobalTestEnvironment(new coverage);

}  // namespace

std::vector<table_row> table_rows() {
    std::vector<table_row> rows;
    for (int k = 0; k < kernel_count; k++) {
        for (int t = 0; t < dtype_count; t++) {
            auto holds = [&](const variant &v) { return v.device == test_device() && v.kernels[k][t]; };
            bool held = std::any_of(variants, variants + variant_count, holds);
            if (held) rows.push_back({kernel(k), dtype(t)});
        }
    }
    return rows;
}

std::vector<const variant *> usable_variants() {
    std::vector<const variant *> usable;
    const char *only = std::getenv("SLOPEWISE_TEST_VARIANT");
    for (int v = 0; v < variant_count; v++) {
        bool wanted = !only || std::strcmp(only, variants[v].name) == 0;
        if (wanted && runs_here(v)) usable.push_back(&variants[v]);
    }
    return usable;
}

void note_checked(const variant &v, const table_row &row) { checked.insert(v.function(row.id, row.type)); }

}  // namespace slopewise::test
