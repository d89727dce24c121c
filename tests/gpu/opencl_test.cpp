// Buffers over the caller's memory, where a device reads and writes them.
#include <gtest/gtest.h>

#include "devices/library.h"
#include "runtime/tensors.h"

namespace slopewise::test {
namespace {

// As in CL/cl.h.
constexpr uint64_t all_devices = 0xffffffff, read_write = 1 << 0, use_host_pointer = 1 << 3;
constexpr uint32_t wait = 1;
constexpr uint64_t read_from = 1 << 0;

/// The first device, a queue there, and the few functions that a caller needs.
struct opencl {
    int32_t (*get_platforms)(uint32_t, void **, uint32_t *);
    int32_t (*get_devices)(void *, uint64_t, uint32_t, void **, uint32_t *);
    void *(*create_context)(const intptr_t *, uint32_t, void *const *, void *, void *, int32_t *);
    void *(*create_queue)(void *, void *, uint64_t, int32_t *);
    void *(*create_buffer)(void *, uint64_t, size_t, void *, int32_t *);
    void *(*map)(void *, void *, uint32_t, uint64_t, size_t, size_t, uint32_t, void *, void *, int32_t *);
    int32_t (*unmap)(void *, void *, void *, uint32_t, void *, void *);
    int32_t (*finish)(void *);
    int32_t (*release)(void *);
    void *device = nullptr, *context = nullptr, *queue = nullptr;

    opencl() {
        devices::library library("libOpenCL.so.1");
        library.find("clGetPlatformIDs", get_platforms);
        library.find("clGetDeviceIDs", get_devices);
        library.find("clCreateContext", create_context);
        library.find("clCreateCommandQueue", create_queue);
        library.find("clCreateBuffer", create_buffer);
        library.find("clEnqueueMapBuffer", map);
        library.find("clEnqueueUnmapMemObject", unmap);
        library.find("clFinish", finish);
        library.find("clReleaseMemObject", release);
        void *platform = nullptr;
        int32_t error = 0;
        if (get_platforms(1, &platform, nullptr) || get_devices(platform, all_devices, 1, &device, nullptr)) return;
        context = create_context(nullptr, 1, &device, nullptr, nullptr, &error);
        queue = create_queue(context, device, 0, &error);
    }
};

opencl &cl() {
    static opencl it;
    return it;
}

/// n floats of a buffer over memory that begins `start` bytes after a multiple of 64.
struct buffer {
    std::vector<char> memory;
    char *begin;
    int64_t n;
    void *handle;

    buffer(int64_t n, size_t start, float value) : memory(size_t(4 * n) + start + 64), n(n) {
        begin = memory.data() + (64 - reinterpret_cast<uintptr_t>(memory.data()) % 64) % 64 + start;
        for (int64_t i = 0; i < n; i++) std::memcpy(begin + 4 * i, &value, 4);
        int32_t error = 0;
        handle = cl().create_buffer(cl().context, read_write | use_host_pointer, size_t(4 * n), begin, &error);
        EXPECT_EQ(error, 0);
    }
    ~buffer() { cl().release(handle); }
    buffer(const buffer &) = delete;

    DLTensor tensor() { return {handle, {kDLOpenCL, 0}, 1, f32, &n, nullptr, 0}; }
    int64_t count(float value) {
        int32_t error = 0;
        void *at = cl().map(cl().queue, handle, wait, read_from, 0, size_t(4 * n), 0, nullptr, nullptr, &error);
        EXPECT_EQ(error, 0);
        int64_t found = 0;
        for (int64_t i = 0; i < n; i++) found += std::memcmp(begin + 4 * i, &value, 4) == 0;
        cl().unmap(cl().queue, handle, at, 0, nullptr, nullptr);
        cl().finish(cl().queue);
        return found;
    }
};

slopewise_status relu(buffer &x, buffer &y) {
    DLTensor in = x.tensor(), out = y.tensor();
    return slopewise_relu(&in, &out, nullptr);
}

class OpenCl : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(cl().queue) << "no OpenCL device"; }
};

// Kernels that move 16 bytes at a time must not take what begins between.
TEST_F(OpenCl, MemoryOfTheCallersAtAnyElement) {
    for (size_t start : {0, 4, 8, 12, 16, 60}) {
        for (size_t other : {start, size_t{0}}) {
            buffer x(1003, start, -1), y(1003, other, 7);
            ASSERT_EQ(relu(x, y), SLOPEWISE_OK) << slopewise_last_error();
            EXPECT_EQ(y.count(0), y.n) << start << " " << other;
        }
    }
}

}  // namespace
}  // namespace slopewise::test
