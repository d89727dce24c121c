// More than 2^32 elements, in little memory: one small file mapped again and again, so that every element of the long
// tensor is one of the file's.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tensors.h"

namespace slopewise::test {
namespace {

constexpr size_t period = 16 << 20;
constexpr int64_t beyond = (int64_t{1} << 32) + 4099;

/// `bytes` of address space over one file of `period` bytes.
class repeated_memory {
public:
    explicit repeated_memory(size_t bytes) : size((bytes + period - 1) / period * period), fd(memfd_create("repeated", 0)) {
        EXPECT_EQ(ftruncate(fd, period), 0);
        base = static_cast<char *>(mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
        for (size_t at = 0; at < size; at += period) {
            void *part = mmap(base + at, period, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
            EXPECT_NE(part, MAP_FAILED);
        }
    }
    ~repeated_memory() {
        munmap(base, size);
        close(fd);
    }
    repeated_memory(const repeated_memory &) = delete;
    repeated_memory &operator=(const repeated_memory &) = delete;
    char *data() const { return base; }

private:
    size_t size;
    int fd;
    char *base;
};

DLTensor tensor(void *data, DLDataType type, int64_t &n) { return {data, {kDLCPU, 0}, 1, type, &n, nullptr, 0}; }

TEST(Huge, ReluPast32Bits) {
    repeated_memory x(beyond), y(beyond);
    for (size_t i = 0; i < period; i++) x.data()[i] = char(i * 7);
    std::memset(y.data(), 0x55, period);
    int64_t n = beyond;
    DLTensor in = tensor(x.data(), i8, n), out = tensor(y.data(), i8, n);
    ASSERT_EQ(slopewise_relu(&in, &out, nullptr), SLOPEWISE_OK) << slopewise_last_error();
    for (size_t i = 0; i < period; i++) ASSERT_EQ(y.data()[i], std::max<int8_t>(0, int8_t(i * 7))) << i;
}

// The last window of the file holds the results of the last elements: they must be those of a short call that begins
// there. Single-threaded, so that the last elements are written last.
TEST(Huge, RReluPast32Bits) {
    const size_t bytes = size_t(beyond) * 2;
    repeated_memory x(bytes), y(bytes);
    auto *values = reinterpret_cast<uint16_t *>(x.data());
    for (size_t i = 0; i < period / 2; i++) values[i] = uint16_t(0x8000 | (i * 40503 & 0x7bff));  // negative, no NaN
    slopewise_rrelu_params p = {0.125, 1.0 / 3, 1, 2, (uint64_t{1} << 35) - 8, nullptr, nullptr};
    int64_t n = beyond;
    DLTensor in = tensor(x.data(), bf16, n), out = tensor(y.data(), bf16, n);
    slopewise_options o = default_options();
    o.threads = 1;
    ASSERT_EQ(slopewise_rrelu(&in, &p, &out, nullptr, &o), SLOPEWISE_OK) << slopewise_last_error();
    constexpr int64_t window = 100003;
    std::vector<uint16_t> want(window);
    p.offset += uint64_t(beyond - window);
    const auto *last = reinterpret_cast<uint16_t *>(x.data()) + (beyond - window);
    ASSERT_EQ(slopewise_rrelu_bf16(last, &p, want.data(), want.size()), SLOPEWISE_OK);
    EXPECT_EQ(std::memcmp(want.data(), reinterpret_cast<uint16_t *>(y.data()) + (beyond - window), 2 * window), 0);
}

// Two dimensions whose rows are more than 2^31 elements apart.
TEST(Huge, RowsFarApart) {
    const int64_t gap = (int64_t{1} << 31) + 12345;
    repeated_memory x(size_t(gap) * 2 + 1000), y(size_t(gap) * 2 + 1000);
    for (size_t i = 0; i < period; i++) x.data()[i] = char(i % 251);
    int64_t shape[] = {3, 1000}, strides[] = {gap, 1};
    DLTensor in = {x.data(), {kDLCPU, 0}, 2, i8, shape, strides, 0}, out = in;
    out.data = y.data();
    ASSERT_EQ(slopewise_relu(&in, &out, nullptr), SLOPEWISE_OK) << slopewise_last_error();
    for (int64_t r = 0; r < 3; r++) {
        for (int64_t i = 0; i < 1000; i++) {
            int8_t v = int8_t(x.data()[r * gap + i]);
            ASSERT_EQ(y.data()[r * gap + i], std::max<int8_t>(0, v)) << r << " " << i;
        }
    }
}

}  // namespace
}  // namespace slopewise::test
