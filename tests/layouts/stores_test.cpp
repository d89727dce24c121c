// Every kind of stores through the public interface: equal bytes at every length, alignment, thread count and block
// boundary, nothing touched outside. The kind goes by size, so here it is the only one that was measured at any.
#include <gtest/gtest.h>

#include "cpu/share.h"
#include "dispatch/dispatch.h"
#include "operations.h"
#include "support/inputs.h"

namespace slopewise::test {
namespace {

/// While it lives, calls of any size use one kind of stores.
class forced_stores {
public:
    explicit forced_stores(stores kind) : found(this_machine()), forced(found) {
        for (auto &sizes : forced.by_size.of) {
            for (ratios &r : sizes) {
                for (int i = 0; i < choice_count; i++)
                    r.awake[i] = r.asleep[i] = choice_at(i).kind == kind ? choice_at(i).all ? 900 : 1000 : 0;
            }
        }
        for (int64_t &size : forced.by_size.plain_below) size = 0;
        resolved_machine = &forced;
    }
    ~forced_stores() { resolved_machine = &found; }

private:
    const machine &found;
    machine forced;
};

/// A tensor of contiguous rows with gaps between them, that begins `start` elements after the beginning of a cache line.
tensor placed(dtype t, std::vector<int64_t> shape, int64_t gap, int64_t start) {
    std::vector<int64_t> strides = row_major(shape);
    if (shape.size() > 1) strides[0] += gap;
    int64_t items = 64 + start + strides[0] * shape[0] + 64;
    tensor at(t, shape, strides, 0, items);
    auto phase = int64_t(reinterpret_cast<uintptr_t>(at.bytes().data()) % 64) / size_of(t);
    return at.view(shape, strides, 64 / size_of(t) - phase + start);
}

struct stores_case {
    std::vector<int64_t> shape;
    int64_t gap;
    int64_t input_start, output_start;  ///< elements after the beginning of a line
    uint64_t offset;
    bool crossed = false;  ///< inputs are stored by columns
};

void run_case(const public_operation &op, dtype t, const stores_case &c, const call_settings &settings) {
    SCOPED_TRACE(std::string(op.name) + " " + name(t) + " " + settings.options.variant + " " + std::to_string(count(c.shape)) +
                 " elements, output at " + std::to_string(c.output_start) + ", offset " + std::to_string(c.offset));
    std::vector<tensor> tensors;
    for (int i = 0; i < op.inputs; i++) {
        tensors.push_back(c.crossed ? tensor(t, {c.shape[1], c.shape[0]}).permuted({1, 0}) : placed(t, c.shape, c.gap, c.input_start + i));
        tensors.back().fill(adversarial_bits(t, size_t(count(c.shape)), uint64_t(3 + i)));
    }
    for (int o = 0; o < op.outputs; o++) tensors.push_back(placed(t, c.shape, c.gap, c.output_start));
    check(op, tensors, settings);
}

std::vector<stores_case> cases() {
    constexpr uint64_t carry = (uint64_t{1} << 35) - 3000;  // the block numbers' upper half changes within
    std::vector<stores_case> all;
    for (int64_t n : {1, 15, 64, 777, 5000, 9000}) {
        for (int64_t output : {0, 1, 8, 24}) all.push_back({{n}, 0, n % 5, output, uint64_t(n % 3) * 8});
        all.push_back({{n}, 0, 0, 3, 5});  // a head up to the block boundary that is one up to the line, of f32 and f64
        all.push_back({{n}, 0, 1, 0, carry});
    }
    all.push_back({{3, 4100}, 5, 2, 0, 0});
    all.push_back({{4, 2048}, 64, 0, 16, 8});
    for (int64_t output : {0, 1, 8}) all.push_back({{140, 320}, 0, 0, output, 0, true});
    all.push_back({{33, 300}, 0, 0, 0, 0, true});
    return all;
}

class Stores : public ::testing::TestWithParam<stores> {
protected:
    void SetUp() override {
        for (int v = 0; v < variant_count; v++) {
            bool has_such = variants[v].function(kernel::relu, dtype::f32, GetParam());
            if (this_machine().usable[v] && has_such) with_such.push_back(variants[v].name);
        }
        if (with_such.empty()) GTEST_SKIP() << "not run: no variant of this build that runs here has such kernels";
    }

    std::vector<const char *> with_such;  ///< variants that run here
};

TEST_P(Stores, EqualReference) {
    forced_stores forced(GetParam());
    int ran = 0;
    for (const char *variant : with_such) {
        for (const public_operation &op : public_operations) {
            if (op.of->concatenates()) continue;  // below
            for (dtype t : {dtype::f16, dtype::bf16, dtype::f32, dtype::f64}) {
                for (const stores_case &c : cases()) {
                    call_settings settings;
                    settings.params.offset = c.offset;
                    settings.options.variant = variant;
                    settings.options.threads = ran++ % 2 ? 3 : 1;
                    ASSERT_NO_FATAL_FAILURE(run_case(op, t, c, settings));
                }
            }
        }
    }
}

/// The halves of a concatenation beside each other, on lines or off them.
std::vector<tensor> halves(const public_operation &op, int64_t n, int64_t start) {
    tensor whole = placed(dtype::f32, {2 * n}, 0, start), first = whole.view({n}, {1}, whole.start),
           second = whole.view({n}, {1}, whole.start + n), x = placed(dtype::f32, {n}, 0, 2);
    std::vector<tensor> tensors = {x, first, second};
    if (op.inputs == 3) tensors = {first, second, x, placed(dtype::f32, {n}, 0, start)};
    for (int i = 0; i < op.inputs; i++) tensors[size_t(i)].fill(adversarial_bits(dtype::f32, size_t(n), uint64_t(3 + i)));
    return tensors;
}

TEST_P(Stores, ConcatenationsEqualReference) {
    forced_stores forced(GetParam());
    for (const char *variant : with_such) {
        for (const public_operation &op : public_operations) {
            if (!op.of->concatenates()) continue;
            for (int64_t n : {1, 100, 4096, 5003}) {
                for (int64_t start : {0, 1}) {
                    SCOPED_TRACE(std::string(op.name) + " " + variant + " " + std::to_string(n) + " at " + std::to_string(start));
                    std::vector<tensor> tensors = halves(op, n, start);
                    call_settings settings;
                    settings.options.variant = variant;
                    ASSERT_NO_FATAL_FAILURE(check(op, tensors, settings));
                }
            }
        }
    }
}

TEST(StoresInPlace, ArePlain) {
    forced_stores forced(stores::streaming);
    constexpr int64_t n = 4096;
    std::vector<float> x(n), y(n);
    constexpr operation ops[] = {operation_named("relu"), operation_named("rrelu_backward")};
    for (operation op : ops) {
        job j = {variants[0], info(op), dtype::f32, 4, info(op).inputs + 1, info(op).inputs, false, nullptr, nullptr};
        auto *in = reinterpret_cast<char *>(x.data()), *out = reinterpret_cast<char *>(y.data());
        char *apart[] = {in, in, out}, *inside[] = {in, out, in};
        if (info(op).inputs == 1) apart[1] = out, inside[1] = in;
        (void)choose(j, apart, n, nullptr, workers::none);
        EXPECT_EQ(j.kind, variants[0].function(info(op).plain, dtype::f32, stores::streaming) ? stores::streaming : stores::plain);
        (void)choose(j, inside, n, nullptr, workers::none);
        EXPECT_EQ(j.kind, stores::plain);
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Stores, ::testing::Values(stores::plain, stores::streaming, stores::prefetch), [](const auto &info) {
    return std::string(info.param == stores::plain ? "plain" : info.param == stores::streaming ? "streaming" : "prefetch");
});

}  // namespace
}  // namespace slopewise::test
