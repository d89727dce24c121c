#include "gpu_run.h"

#include <gtest/gtest.h>

#include <deque>

#include "gpu/cuda.h"
#include "gpu/opencl.h"

namespace slopewise::test {
namespace {

/// From the first cache line on: the device's copy has the alignment of the host's.
std::pair<uint8_t *, size_t> from_line(std::vector<uint8_t> &bytes) {
    size_t skipped = -reinterpret_cast<uintptr_t>(bytes.data()) % 64;
    return {bytes.data() + skipped, bytes.size() - skipped};
}

slopewise_status launch_on_gpu(const gpu_launch &l, void *any_buffer) {
    if (l.device == device_kind::cuda) {
        cuda::call call("kernel", l.type, 0, nullptr);
        call_kernel(l, &call);
        test_gpu()->finish(nullptr);
        return call.status;
    }
    opencl::call call("kernel", l.type, nullptr, any_buffer);
    call_kernel(l, &call);
    call.finish();
    return call.status;
}

}  // namespace

bool is_keyed(kernel k) { return k == kernel::rrelu_keyed || k == kernel::rrelu_noise_keyed || k == kernel::rrelu_backward_keyed; }

void run_on_gpu(gpu_launch l, const std::vector<guarded *> &operands, bool keyed) {
    if (l.n == 0) return;  // nothing is launched for nothing
    std::deque<gpu_copy> copies;
    for (size_t o = 0; o < operands.size(); o++) {
        size_t same = 0;  // in place
        while (operands[same] != operands[o]) same++;
        auto [host, bytes] = from_line(operands[o]->storage());
        if (same == o) copies.emplace_back(host, bytes);
        void *memory = copies[same == o ? copies.size() - 1 : same].handle();
        auto offset = static_cast<uint8_t *>(operands[o]->data()) - host;
        bool is_buffer = l.device == device_kind::opencl;
        l.tensors[o] = {(is_buffer ? nullptr : static_cast<char *>(memory)) + offset, is_buffer ? memory : nullptr, l.n * size_of(l.type)};
    }
    constexpr uint64_t blocks = uint64_t{7} << 31;
    alignas(64) uint64_t key[3] = {};
    if (keyed) {
        key[0] = l.random->seed;
        key[1] = l.random->stream;
        key[2] = blocks;
        l.index -= 8 * blocks;
    }
    gpu_copy there(key, sizeof key);
    if (keyed) l.key = static_cast<const uint64_t *>(there.handle());
    ASSERT_EQ(launch_on_gpu(l, copies[0].handle()), SLOPEWISE_OK) << slopewise_last_error();
    for (const gpu_copy &copy : copies) copy.fetch();
}

}  // namespace slopewise::test
