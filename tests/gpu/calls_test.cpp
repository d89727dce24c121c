// What a call on a GPU takes beside its tensors: streams, threads, keys in its memory; and what it refuses.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "gpu/gpu.h"
#include "support/inputs.h"
#include "there.h"

namespace slopewise::test {
namespace {

const public_operation &named(const std::string &name) {
    for (const public_operation &op : public_operations) {
        if (name == op.name) return op;
    }
    throw std::logic_error(name);
}

/// x and y there, for calls that a test makes itself.
struct pair_there {
    static constexpr int64_t n = 3001;
    std::vector<tensor> tensors;
    std::vector<std::vector<uint64_t>> inputs;
    std::unique_ptr<there> copies;
    DLTensor x, y;

    explicit pair_there(dtype t = dtype::f32, uint64_t seed = 1) {
        for (int i = 0; i < 2; i++) tensors.emplace_back(t, std::vector<int64_t>{n});
        inputs.push_back(adversarial_bits(t, size_t(n), seed));
        tensors[0].fill(inputs[0]);
        copies = std::make_unique<there>(tensors);
        x = tensors[0].dl();
        y = tensors[1].dl();
        copies->place(x);
        copies->place(y);
    }
    void expect(const public_operation &op, const call_settings &settings) {
        copies->fetch();
        compare(op, inputs, {tensors[1]}, settings);
    }
    bool untouched() {
        copies->fetch();
        for (uint8_t b : tensors[1].bytes()) {
            if (b != 0xa5) return false;
        }
        return true;
    }
};

call_settings on_stream(void *stream) {
    call_settings s;
    s.options.stream = stream;
    return s;
}

void expect_refusal(slopewise_status got, slopewise_status want, const std::vector<std::string> &words) {
    EXPECT_EQ(got, want) << slopewise_last_error();
    for (const std::string &word : words)
        EXPECT_NE(std::string(slopewise_last_error()).find(word), std::string::npos) << slopewise_last_error();
}

TEST(GpuStreams, DefaultOne) {
    pair_there p;
    ASSERT_EQ(slopewise_relu(&p.x, &p.y, nullptr), SLOPEWISE_OK) << slopewise_last_error();
    if (test_device() == device_kind::cuda) test_gpu()->finish(nullptr);  // on OpenCL the call has waited
    p.expect(named("relu"), {});
}

TEST(GpuStreams, SeveralAtOnce) {
    std::vector<std::unique_ptr<pair_there>> pairs;
    std::vector<void *> streams;
    for (uint64_t i = 0; i < 4; i++) {
        pairs.push_back(std::make_unique<pair_there>(dtype::f16, i));
        streams.push_back(test_gpu()->new_stream());
        call_settings s = on_stream(streams.back());
        s.params.seed = i;
        ASSERT_EQ(slopewise_rrelu(&pairs[i]->x, &s.params, &pairs[i]->y, nullptr, &s.options), SLOPEWISE_OK) << slopewise_last_error();
    }
    for (uint64_t i = 0; i < 4; i++) {
        test_gpu()->finish(streams[i]);
        call_settings s;
        s.params.seed = i;
        pairs[i]->expect(named("rrelu"), s);
    }
}

// From the first call of a kernel on, with arguments of their own.
TEST(GpuThreads, ManyAtOnce) {
    constexpr int threads = 8;
    std::vector<std::unique_ptr<pair_there>> pairs;
    std::vector<void *> streams;
    for (uint64_t i = 0; i < threads; i++) {
        pairs.push_back(std::make_unique<pair_there>(dtype::bf16, i));
        streams.push_back(test_gpu()->new_stream());
    }
    std::atomic<int> failures{0};
    std::vector<std::thread> callers;
    for (uint64_t i = 0; i < threads; i++) {
        callers.emplace_back([&, i] {
            call_settings s = on_stream(streams[i]);
            s.params.seed = i;
            s.params.offset = 3 * i;
            for (int round = 0; round < 20; round++) {
                failures += slopewise_rrelu(&pairs[i]->x, &s.params, &pairs[i]->y, nullptr, &s.options) != SLOPEWISE_OK;
            }
        });
    }
    for (std::thread &t : callers) t.join();
    EXPECT_EQ(failures, 0);
    for (uint64_t i = 0; i < threads; i++) {
        test_gpu()->finish(streams[i]);
        call_settings s;
        s.params.seed = i;
        s.params.offset = 3 * i;
        pairs[i]->expect(named("rrelu"), s);
    }
}

// The same call after the key has changed gives the slopes of the new one; block numbers cross 2^32.
TEST(GpuKey, IsReadThere) {
    uint64_t key[3] = {77, 5, (uint64_t{1} << 32) - 100};
    gpu_copy key_there(key, sizeof key);
    for (uint64_t round = 0; round < 3; round++) {
        for (uint64_t offset : {uint64_t{0}, uint64_t{8}, uint64_t{3}}) {
            pair_there p(dtype::f64);
            key[0] += round;
            key[1] = ~key[1];
            test_gpu()->upload(key_there.handle(), key, sizeof key);
            call_settings s = on_stream(test_stream());
            s.params.offset = offset;
            s.params.key = static_cast<const uint64_t *>(key_there.handle());
            ASSERT_EQ(slopewise_rrelu(&p.x, &s.params, &p.y, nullptr, &s.options), SLOPEWISE_OK) << slopewise_last_error();
            test_gpu()->finish(test_stream());
            s.params.key = key;
            p.expect(named("rrelu"), s);
        }
    }
}

TEST(GpuKey, OutsideOutputs) {
    pair_there p;
    call_settings s = on_stream(test_stream());
    s.params.key = static_cast<const uint64_t *>(p.y.data);
    expect_refusal(slopewise_rrelu(&p.x, &s.params, &p.y, nullptr, &s.options), SLOPEWISE_OVERLAP, {"key", "y"});
    EXPECT_TRUE(p.untouched());
    s.params.key = static_cast<const uint64_t *>(p.x.data);  // an input may hold it
    EXPECT_EQ(slopewise_rrelu(&p.x, &s.params, &p.y, nullptr, &s.options), SLOPEWISE_OK) << slopewise_last_error();
    test_gpu()->finish(test_stream());
}

TEST(GpuErrors, Misaligned) {
    pair_there p;
    int64_t some = 100;
    p.x.shape = p.y.shape = &some;
    p.y.byte_offset += 2;
    expect_refusal(slopewise_relu(&p.x, &p.y, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"y", "multiple", "4"});
    p.y.byte_offset -= 2;
    slopewise_rrelu_params params = {0.1, 0.2, 0, 0, 0, nullptr, reinterpret_cast<const uint64_t *>(uintptr_t{0x1004})};
    expect_refusal(slopewise_rrelu(&p.x, &params, &p.y, nullptr, nullptr), SLOPEWISE_INVALID_ARGUMENT, {"key", "multiple of 8"});
    EXPECT_TRUE(p.untouched());
}

TEST(GpuErrors, Overlap) {
    pair_there p;
    int64_t some = 100;
    DLTensor x = p.x, y = p.x;
    x.shape = y.shape = &some;
    y.byte_offset += 200;
    expect_refusal(slopewise_relu(&x, &y, nullptr), SLOPEWISE_OVERLAP, {"x", "y"});
    y.byte_offset += 200;  // beside each other
    call_settings s = on_stream(test_stream());
    EXPECT_EQ(slopewise_relu(&x, &y, &s.options), SLOPEWISE_OK) << slopewise_last_error();
    test_gpu()->finish(test_stream());
    DLTensor host = p.tensors[1].dl();
    expect_refusal(slopewise_relu(&p.x, &host, nullptr), SLOPEWISE_DEVICE_MISMATCH, {"x", "y", "CPU"});
}

TEST(GpuErrors, Variants) {
    pair_there p;
    call_settings s = on_stream(test_stream());
    std::string other = test_device() == device_kind::cuda ? "opencl" : "cuda-80";
    for (const std::string &name : {std::string("nonsense"), std::string(""), std::string("x86-64"), other}) {
        s.options.variant = name.c_str();
        expect_refusal(slopewise_relu(&p.x, &p.y, &s.options), SLOPEWISE_UNAVAILABLE_VARIANT, {"variant", name});
    }
    EXPECT_TRUE(p.untouched());
}

TEST(GpuErrors, Layouts) {
    pair_there p;
    int64_t shape[] = {30, 20}, gaps[] = {25, 1}, transposed[] = {1, 30}, every_other[] = {40, 2};
    auto params = call_settings().params;
    DLTensor x = p.x, y = p.y;
    x.ndim = y.ndim = 2;
    x.shape = y.shape = shape;
    for (int64_t *strides : {gaps, every_other}) {
        x.strides = strides;
        y.strides = strides;
        expect_refusal(slopewise_relu(&x, &y, nullptr), SLOPEWISE_UNSUPPORTED_DEVICE, {"relu", "dense"});
    }
    x.strides = transposed;
    y.strides = nullptr;
    expect_refusal(slopewise_relu(&x, &y, nullptr), SLOPEWISE_UNSUPPORTED_DEVICE, {"relu", "order"});
    y.strides = transposed;
    expect_refusal(slopewise_rrelu(&x, &params, &y, nullptr, nullptr), SLOPEWISE_UNSUPPORTED_DEVICE, {"rrelu", "contiguous"});
    x.strides = y.strides = nullptr;
    int64_t index_strides[] = {50, 1};
    params.index_strides = index_strides;
    expect_refusal(slopewise_rrelu(&x, &params, &y, nullptr, nullptr), SLOPEWISE_UNSUPPORTED_DEVICE, {"rrelu", "index strides"});
    EXPECT_TRUE(p.untouched());
}

// Of OpenCL an offset comes in two parts.
TEST(GpuOffsets, BeyondTheLowPart) {
    if (test_device() != device_kind::opencl) GTEST_SKIP() << "addresses are whole";
    constexpr int64_t start = (int64_t{1} << 28) + 5, n = 1000;
    std::vector<tensor> tensors = {tensor(dtype::i8, {n}, {1}, start, start + n)};
    tensors.push_back(tensors[0]);
    std::vector<uint64_t> bits = adversarial_bits(dtype::i8, size_t(n), 4);
    tensors[0].fill(bits);
    ASSERT_EQ(call_there(named("relu"), tensors, {}), SLOPEWISE_OK) << slopewise_last_error();
    compare(named("relu"), {bits}, {tensors[1]}, {});
}

}  // namespace
}  // namespace slopewise::test
