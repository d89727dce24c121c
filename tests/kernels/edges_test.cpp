// Every row x every variant, with nothing to read or write beside the elements: the pages around them are not there.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "coverage.h"
#include "support/kernel_check.h"

namespace slopewise::test {
namespace {

enum class edge { begin, end };

/// Memory for elements that begin, or end, where no page is.
class fenced {
public:
    fenced() : base(static_cast<char *>(mmap(nullptr, 2 * page + room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
        if (base == MAP_FAILED || mprotect(base + page, room, PROT_READ | PROT_WRITE) != 0) std::abort();
    }
    fenced(const fenced &) = delete;
    ~fenced() { munmap(base, 2 * page + room); }

    char *place(edge e, size_t bytes) const { return base + page + (e == edge::begin ? 0 : room - bytes); }

    static constexpr size_t room = 1 << 16;

private:
    const size_t page = size_t(sysconf(_SC_PAGESIZE));
    char *const base;
};

/// Calls a kernel on `count` rows that follow each other, with all operands at an edge.
class edge_caller : public kernel_caller {
public:
    edge_caller(kernel_function f, edge e, int64_t count) : kernel_caller(f, stores::plain), where(e), count(count) {}

    size_t whole(dtype) const override { return size_t(count); }

    void call(const expected &want, const std::vector<guarded *> &operands, size_t n) const override {
        size_t bytes = n * size_t(size_of(want.type));
        char *at[max_tensors];
        for (size_t o = 0; o < operands.size(); o++) {
            auto first = size_t(std::find(operands.begin(), operands.end(), operands[o]) - operands.begin());
            at[o] = memory[first].place(where, bytes);
            std::memcpy(at[o], operands[o]->data(), bytes);
        }
        run(want, at, n, draws.place(where, 2 * n));
        for (size_t o = 0; o < operands.size(); o++) std::memcpy(operands[o]->data(), at[o], bytes);
    }

private:
    void run(const expected &want, char *const *at, size_t n, char *drawn) const {
        kernel_call kernel = prepared(want);
        if (want.reference.slopes == kernel_reference::random_run) return kernel.on_run(at, int64_t(n));
        int64_t extent = int64_t(n) / count;
        rows data[max_tensors], row_draws = {drawn, extent * 2};
        for (int o = 0; o < kernel.operands; o++) data[o] = {at[o], extent * kernel.itemsize};
        for (size_t i = 0; i < n; i++) reinterpret_cast<uint16_t *>(drawn)[i] = want.draw_of(i);
        kernel.on_rows(data, want.is_random() ? &row_draws : nullptr, extent, count);
    }

    edge where;
    int64_t count;
    fenced memory[max_tensors], draws;
};

class Edge : public ::testing::TestWithParam<table_row> {};

TEST_P(Edge, NothingBesideIsTouched) {
    table_row row = GetParam();
    const kernel_reference &reference = *reference_of(row.id);
    expected want(reference, row.type, {1000});
    for (const variant *v : usable_variants()) {
        SCOPED_TRACE(v->name);
        kernel_function f = v->function(row.id, row.type);
        if (!f || v->device != device_kind::cpu) continue;
        for (edge e : {edge::begin, edge::end}) {
            ASSERT_EQ(check_kernel(want, edge_caller(f, e, 1)), "");
            if (reference.slopes != kernel_reference::random_run) ASSERT_EQ(check_kernel(want, edge_caller(f, e, 3)), "");
        }
    }
}

std::vector<table_row> plain_rows() {
    std::vector<table_row> rows = table_rows();
    auto is_another = [](const table_row &r) { return !reference_of(r.id) || form_of(r.id) == stores::streaming; };
    rows.erase(std::remove_if(rows.begin(), rows.end(), is_another), rows.end());
    return rows;
}

INSTANTIATE_TEST_SUITE_P(Table, Edge, ::testing::ValuesIn(plain_rows()), row_name);

}  // namespace
}  // namespace slopewise::test
