#include "coverage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>

namespace slopewise::test {
namespace {

std::set<kernel_function> reached;

std::string row_name(const variant &v, const table_row &row) {
    return std::string(kernel_names[int(row.id)]) + "_" + name(row.type) + " on " + v.name;
}

class coverage : public ::testing::Environment {
public:
    void TearDown() override {
        if (::testing::GTEST_FLAG(filter) != "*") return;
        ASSERT_FALSE(usable_variants().empty()) << "no variant of this build runs here";
        for (const variant *v : usable_variants()) {
            for (const table_row &row : table_rows()) {
                kernel_function f = v->function(row.id, row.type);
                EXPECT_TRUE(!f || reached.count(f)) << row_name(*v, row) << " was reached by no test";
            }
        }
        for (int i = 0; i < variant_count; i++) {
            const machine &m = this_machine();
            std::printf("%s: %s\n", variants[i].name, m.usable[i] ? "run natively" : m.reason[i]);
        }
    }
};

const auto *registered = ::testing::AddGlobalTestEnvironment(new coverage);

}  // namespace

std::vector<table_row> table_rows() {
    std::vector<table_row> rows;
    for (int k = 0; k < kernel_count; k++) {
        for (int t = 0; t < dtype_count; t++) {
            bool held = std::any_of(variants, variants + variant_count, [&](const variant &v) { return v.kernels[k][t]; });
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
        if (this_machine().usable[v] && wanted) usable.push_back(&variants[v]);
    }
    return usable;
}

kernel_function reach(const variant &v, const table_row &row) {
    kernel_function f = v.function(row.id, row.type);
    reached.insert(f);
    return f;
}

}  // namespace slopewise::test
