// A captured CUDA graph reads its key when it is replayed.
#include <gtest/gtest.h>

#include "devices/library.h"
#include "support/inputs.h"
#include "there.h"

namespace slopewise::test {
namespace {

// As in cuda.h.
constexpr int capture_globally = 0;

/// Captures what is launched on a stream, and launches it again.
class graph {
public:
    explicit graph(void *stream) : stream(stream) {
        devices::library cuda("libcuda.so.1");
        cuda.find("cuStreamBeginCapture_v2", begin_capture);
        cuda.find("cuStreamEndCapture", end_capture);
        cuda.find("cuGraphInstantiateWithFlags", instantiate);
        cuda.find("cuGraphLaunch", launch);
    }
    void begin() { ASSERT_EQ(begin_capture(stream, capture_globally), 0); }
    void end() {
        void *captured = nullptr;
        ASSERT_EQ(end_capture(stream, &captured), 0);
        ASSERT_EQ(instantiate(&executable, captured, 0), 0);
    }
    void replay() {
        ASSERT_EQ(launch(executable, stream), 0);
        test_gpu()->finish(stream);
    }

private:
    void *stream, *executable = nullptr;
    int (*begin_capture)(void *, int);
    int (*end_capture)(void *, void **);
    int (*instantiate)(void **, void *, unsigned long long);
    int (*launch)(void *, void *);
};

// Its kernel is first loaded while the capture goes on, in the mode that forbids most.
TEST(GpuGraph, ReplaysWithNewKeys) {
    if (test_device() != device_kind::cuda) GTEST_SKIP() << "CUDA has graphs";
    constexpr int64_t n = 4096;
    std::vector<tensor> tensors = {tensor(dtype::f16, {n}), tensor(dtype::f16, {n})};
    std::vector<uint64_t> bits = adversarial_bits(dtype::f16, size_t(n), 1);
    tensors[0].fill(bits);
    there copies(tensors);
    DLTensor x = tensors[0].dl(), y = tensors[1].dl();
    copies.place(x);
    copies.place(y);
    uint64_t key[3] = {1, 2, 3};
    gpu_copy key_there(key, sizeof key);
    call_settings s;
    s.params.key = static_cast<const uint64_t *>(key_there.handle());
    s.options.stream = test_stream();
    graph g(test_stream());
    g.begin();
    EXPECT_EQ(slopewise_rrelu(&x, &s.params, &y, nullptr, &s.options), SLOPEWISE_OK) << slopewise_last_error();
    g.end();
    for (uint64_t round = 0; round < 3; round++) {
        key[0] = 100 + round;
        key[2] = round << 40;
        test_gpu()->upload(key_there.handle(), key, sizeof key);
        g.replay();
        copies.fetch();
        s.params.key = key;
        for (const public_operation &op : public_operations) {
            if (op.name == std::string("rrelu")) compare(op, {bits}, {tensors[1]}, s);
        }
    }
}

}  // namespace
}  // namespace slopewise::test
