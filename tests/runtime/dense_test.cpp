// The common case is recognised in a few comparisons, everything else by check(): on random requests, most of them wrong somewhere,
// the two must agree.
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "tensor/check.h"
#include "tensor/dense.h"
#include "tensor/plan.h"
#include "tensors.h"

namespace slopewise::test {
namespace {

class random_request {
public:
    explicit random_request(uint32_t seed) : random(seed) {
        op = operation(random() % operation_count);
        const signature &s = signatures[int(op)];
        count = s.count();
        inputs = s.inputs;
        bool plain = one_in(2);  // nothing wrong
        set_up(s);
        for (int spoilt = int(random() % 3); spoilt > 0 && !plain; spoilt--) one_in(3) ? spoil_options() : spoil(int(random()) % count);
    }

    request make() {
        request r(op, has_options ? &options.known : nullptr);
        for (int i = 0; i < count; i++) i < inputs ? r.in("in", &tensors[i]) : r.out("out", &tensors[i]);
        if (info(op).random) r.random(&params);
        if (signatures[int(op)].has(signature::slope)) r.scaled_by(0.5);
        return signatures[int(op)].concatenates() ? r.concatenated(0) : r;
    }

private:
    bool one_in(unsigned n) { return random() % n == 0; }
    char *place(int64_t at) { return memory + at; }

    void set_up(const signature &s) {
        constexpr DLDataType types[] = {{kDLFloat, 32, 1},  {kDLFloat, 16, 1}, {kDLFloat, 64, 1},
                                        {kDLBfloat, 16, 1}, {kDLInt, 8, 1},    {kDLUInt, 8, 1}};
        DLDataType type = types[random() % std::size(types)];
        int dims = int(random() % 4);
        for (int i = 0; i < count; i++) {
            for (int d = 0; d < dims; d++) shape[i][d] = i == 0 ? int64_t(random() % 5 + !one_in(9)) : shape[0][d];
            if (i == s.long_one && dims > 0) shape[i][0] *= 2;
            tensors[i] = {place(i * 4096), {kDLCPU, int(random() % 2)}, dims, type, shape[i], nullptr, 0};
            int64_t step = 1;
            for (int d = dims - 1; d >= 0; d--) {
                stride[i][d] = step;
                step *= shape[i][d];
            }
            if (one_in(2)) tensors[i].strides = stride[i];
        }
        has_options = !one_in(3);
        options.known.struct_size = sizeof options.known;
        options.known.threads = int(random() % 3);
        if (one_in(2)) params.key = key;
    }

    void spoil_options() {
        static const char *const kinds[] = {"plain", "streaming", "nonsense", ""};
        switch (random() % 6) {
            case 0:
                options.known.stores = kinds[random() % 4];
                break;
            case 1:
                options.known.struct_size = sizeof options;
                options.unknown[random() % sizeof options.unknown] = char(random() % 2);
                break;
            case 2:
                options.known.struct_size = random() % 3 ? 8 : SIZE_MAX;
                break;
            case 3:
                options.known.threads = -1;
                break;
            case 4:
                params.key = reinterpret_cast<const uint64_t *>(random() % 2 ? memory + random() % 200 * 64 : memory + 5);
                break;
            default:
                params.index_strides = index_strides;
        }
    }

    void spoil(int i) {
        DLTensor &t = tensors[i];
        switch (random() % 11) {
            case 0:
                t.dtype.lanes = uint16_t(random() % 3);
                break;
            case 1:
                t.dtype.bits = uint8_t(1u << random() % 8);
                break;
            case 2:
                t.dtype.code = uint8_t(random() % 8);
                break;
            case 3:
                t.device.device_type = DLDeviceType(random() % 17);
                break;
            case 4:
                t.ndim = int(random() % 67) - 1 > 3 ? -1 : int(random() % 4);
                break;
            case 5:
                if (t.ndim > 0) shape[i][random() % unsigned(t.ndim)] = int64_t(random() % 4) - 1;
                break;
            case 6:
                if (t.ndim > 0) stride[i][random() % unsigned(t.ndim)] = int64_t(random() % 9) - 4;
                t.strides = stride[i];
                break;
            case 7:
                t.data = one_in(3) ? nullptr : place(int64_t(random() % 600) * 16);
                break;
            case 8:
                t.byte_offset = one_in(2) ? random() % 64 : uint64_t(-int64_t(random() % 4096));
                break;
            case 9:
                t.shape = t.strides = nullptr;
                break;
            default:
                for (int o = 0; o < count && t.ndim > 0; o++) shape[o][0] = int64_t{1} << (58 + random() % 5);
        }
    }

    std::mt19937 random;
    operation op;
    int count, inputs;
    alignas(64) char memory[32 << 10] = {};
    alignas(8) uint64_t key[3] = {1, 2, 3};
    int64_t shape[max_tensors][3] = {}, stride[max_tensors][3] = {}, index_strides[3] = {9, 3, 1};
    DLTensor tensors[max_tensors] = {};
    slopewise_rrelu_params params = {0.125, 0.5, 1, 2, 3, nullptr, nullptr};
    bool has_options;
    struct {
        slopewise_options known = {};
        char unknown[24] = {};
    } options;
};

TEST(Dense, AgreesWithTheChecks) {
    int dense = 0, refused = 0;
    for (uint32_t seed = 0; seed < 200000; seed++) {
        random_request random(seed);
        request r = random.make();
        dtype type;
        dense_run run;
        bool is = is_dense(r, type, run);
        slopewise_status status = check(r);
        ASSERT_FALSE(is && status) << "seed " << seed << ": taken although " << slopewise_last_error();
        dense += is;
        refused += status != SLOPEWISE_OK;
        if (!is) continue;
        int64_t elements = 1;
        for (int d = 0; d < r.tensor(0).ndim; d++) elements *= r.tensor(0).shape[d];
        ASSERT_EQ(run.n, elements) << seed;
        ASSERT_EQ(int(type), [&] {
            dtype t;
            return to_dtype(r.tensor(r.count - 1).dtype, &t) ? int(t) : -1;
        }()) << seed;
        for (int i = 0; i < r.count; i++) ASSERT_EQ(run.data[i], address_of(r.tensor(i))) << seed;
        ASSERT_EQ(run.index, r.params ? first_index(*r.params) : 0) << seed;
    }
    EXPECT_GT(dense, 20000);
    EXPECT_GT(refused, 20000);
}

bool is_dense_pair(const dl &x, const dl &y) {
    request r(operation::relu, nullptr);
    dtype type;
    dense_run run;
    return is_dense(r.in("x", &x).out("y", &y), type, run);
}

// What is right and dense is taken for it: the other way costs ten times as much, and gives the same.
TEST(Dense, TakesWhatItMay) {
    const dl plain({2, 3});
    for (const dl &x : {plain, dl({2, 3}, f32, {3, 1}), dl({2, 1, 3}, f32, {3, 77, 1}), dl({1, 2, 3, 1}, f32, {-5, 3, 1, 99}), dl({}),
                        dl({1}, f32, {0}), dl({}, i8)}) {
        SCOPED_TRACE(x.ndim);
        dl y(x.extents, x.dtype);
        EXPECT_TRUE(is_dense_pair(x, y));
        EXPECT_TRUE(is_dense_pair(y, x));
        EXPECT_TRUE(is_dense_pair(x, x)) << "in place";
    }
    for (const dl &x : {dl({2, 3}, f32, {4, 1}), dl({2, 3}, f32, {1, 2}), dl({2, 3}, f32, {3, -1}), dl({2, 3}, f32, {0, 1}), dl({3, 2}),
                        dl({2, 3}, f64), dl({2, 3, 1})})
        EXPECT_FALSE(is_dense_pair(x, plain)) << x.ndim;
}

}  // namespace
}  // namespace slopewise::test
