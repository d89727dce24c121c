// Threads: the same bytes for every thread count, pool and chunking; many callers at once; any floating-point environment.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <random>
#include <thread>

#include "support/float_control.h"
#include "tensors.h"

namespace slopewise::test {
namespace {

/// One call of everything that is worth sharing, on f32 and f16, contiguous and transposed; the results in one vector.
struct workload {
    static constexpr int64_t rows = 517, columns = 389, n = rows * columns;
    std::vector<float> x, g;
    std::vector<uint16_t> half;

    workload() : x(n), g(n), half(n) {
        std::mt19937 random(3);
        for (size_t i = 0; i < size_t(n); i++) {
            x[i] = std::ldexp(float(int32_t(random())), int(random() % 60) - 150);  // subnormals among them
            g[i] = float(int32_t(random())) * 0x1p-31f;
            uint32_t bits = random() & 0xffff;
            half[i] = uint16_t((bits & 0x7c00) == 0x7c00 ? bits & 0x83ff : bits);  // no NaN: payloads are free
        }
    }

    std::vector<uint8_t> run(const slopewise_options &o) const {
        std::vector<uint8_t> out(size_t(n) * (5 * 4 + 2 * 2));
        uint8_t *at = out.data();
        int64_t shape[] = {rows, columns}, turned[] = {1, rows}, flat[] = {columns, 1};
        auto tensor = [&](const void *data, DLDataType type, int64_t *strides) {
            return DLTensor{const_cast<void *>(data), {kDLCPU, 0}, 2, type, shape, strides, 0};
        };
        auto next = [&](DLDataType type, int64_t *strides) {
            DLTensor t = tensor(at, type, strides);
            at += n * type.bits / 8;
            return t;
        };
        slopewise_rrelu_params p = {0.125, 1.0 / 3, 5, 6, 12345, nullptr, nullptr};
        DLTensor dense = tensor(x.data(), f32, flat), view = tensor(x.data(), f32, turned), grad = tensor(g.data(), f32, flat);
        DLTensor h = tensor(half.data(), f16, flat), b = tensor(half.data(), bf16, flat);
        DLTensor y1 = next(f32, flat), y2 = next(f32, flat), y3 = next(f32, turned), y4 = next(f32, flat), y5 = next(f32, flat);
        DLTensor y6 = next(f16, flat), y7 = next(bf16, flat);
        EXPECT_EQ(slopewise_relu(&dense, &y1, &o), SLOPEWISE_OK) << slopewise_last_error();
        EXPECT_EQ(slopewise_rrelu(&dense, &p, &y2, nullptr, &o), SLOPEWISE_OK);
        EXPECT_EQ(slopewise_rrelu(&view, &p, &y3, nullptr, &o), SLOPEWISE_OK);
        EXPECT_EQ(slopewise_rrelu_backward(&grad, &view, 0, &p, &y4, &o), SLOPEWISE_OK);
        EXPECT_EQ(slopewise_leaky_relu(&view, 0.01, &y5, &o), SLOPEWISE_OK);
        EXPECT_EQ(slopewise_rrelu(&h, &p, &y6, nullptr, &o), SLOPEWISE_OK);
        EXPECT_EQ(slopewise_leaky_relu(&b, 0.3, &y7, &o), SLOPEWISE_OK);
        return out;
    }
};

slopewise_options with_threads(int threads) {
    slopewise_options o = default_options();
    o.threads = threads;
    return o;
}

TEST(Threads, CountChangesNothing) {
    workload w;
    std::vector<uint8_t> one = w.run(with_threads(1));
    for (int threads : {0, 2, 3, 4, 5, 6, 7, 8}) EXPECT_EQ(w.run(with_threads(threads)), one) << threads;
}

/// A caller's pool on threads with a floating-point environment of their own.
struct foreign_pool {
    uint32_t control;
    std::atomic<int> changed{0}, calls{0};

    static void run(void *self, int64_t begin, int64_t end, int64_t, slopewise_task task, void *closure) {
        auto &pool = *static_cast<foreign_pool *>(self);
        int64_t middle = begin + (end - begin) / 2;
        auto on_thread = [&](int64_t b, int64_t e) {
            set_float_control(pool.control);
            task(closure, b, e);
            uint32_t after = float_control();
            bool kept = (after & control_bits) == (pool.control & control_bits) && (after & pool.control) == pool.control;
            pool.changed += !kept;
        };
        std::thread first(on_thread, begin, middle), second(on_thread, middle, end);
        first.join();
        second.join();
        pool.calls++;
    }
};

/// A caller's pool that cuts the range into pieces of its own liking.
struct odd_pool {
    int64_t piece;
    bool backwards, own_threads;
    std::atomic<int> calls{0};
    std::atomic<bool> outside{false};

    static void run(void *self, int64_t begin, int64_t end, int64_t grain, slopewise_task task, void *closure) {
        auto &pool = *static_cast<odd_pool *>(self);
        pool.calls++;
        if (begin != 0 || end <= begin || grain < 1) pool.outside = true;
        std::vector<std::thread> threads;
        int64_t pieces = (end - begin + pool.piece - 1) / pool.piece;
        for (int64_t i = 0; i < pieces; i++) {
            int64_t b = begin + (pool.backwards ? pieces - 1 - i : i) * pool.piece, e = std::min(end, b + pool.piece);
            if (pool.own_threads) {
                threads.emplace_back([=] { task(closure, b, e); });
            } else {
                task(closure, b, e);
            }
        }
        for (std::thread &t : threads) t.join();
    }
};

TEST(Threads, CallersPoolMayCutAnyhow) {
    workload w;
    std::vector<uint8_t> one = w.run(with_threads(1));
    for (int64_t piece : {1, 3, 7, 1000000}) {
        for (int mode = 0; mode < 4; mode++) {
            odd_pool pool{piece, mode % 2 == 1, mode / 2 == 1};
            slopewise_options o = with_threads(4);
            o.parallel_for = odd_pool::run;
            o.pool = &pool;
            EXPECT_EQ(w.run(o), one) << piece << " " << mode;
            EXPECT_GT(pool.calls, 0);
            EXPECT_FALSE(pool.outside);
        }
    }
}

// Control bits come back as they were, flags that were raised stay, and the bytes are the same: of runs and of tiles.
TEST(Threads, CallersThreadsKeepTheirFloatingPointEnvironment) {
    workload w;
    std::vector<uint8_t> one = w.run(with_threads(1));
    for (uint32_t control : foreign_controls()) {
        foreign_pool pool{control};
        slopewise_options o = with_threads(2);
        o.parallel_for = foreign_pool::run;
        o.pool = &pool;
        EXPECT_EQ(w.run(o), one) << std::hex << control;
        EXPECT_GT(pool.calls, 5);
        EXPECT_EQ(pool.changed, 0) << std::hex << control;
    }
}

TEST(Threads, OneThreadNeverCallsThePool) {
    workload w;
    odd_pool pool{1, false, false};
    slopewise_options o = with_threads(1);
    o.parallel_for = odd_pool::run;
    o.pool = &pool;
    w.run(o);
    EXPECT_EQ(pool.calls, 0);
}

TEST(Threads, ManyCallersAtOnce) {
    workload w;
    std::vector<uint8_t> one = w.run(with_threads(1));
    std::vector<slopewise_variant> all = usable_cpu_variants();
    std::vector<std::thread> callers;
    std::atomic<int> wrong{0}, ran{0};
    for (int c = 0; c < 8; c++) {
        callers.emplace_back([&, c] {
            for (int round = 0; round < 4; round++) {
                slopewise_options o = with_threads(c % 4);
                o.variant = all[size_t(c + round) % all.size()].name;
                wrong += w.run(o) != one;
                ran++;
                if (slopewise_relu(nullptr, nullptr, nullptr) == SLOPEWISE_OK) wrong++;
            }
        });
    }
    for (std::thread &t : callers) t.join();
    EXPECT_EQ(ran, 32);
    EXPECT_EQ(wrong, 0);
}

class Environment : public ::testing::TestWithParam<uint32_t> {};

TEST_P(Environment, ChangesNothingAndComesBack) {
    workload w;
    for (int threads : {1, 4}) {
        uint32_t usual = float_control();
        std::vector<uint8_t> want = w.run(with_threads(threads));
        set_float_control(GetParam());
        std::vector<uint8_t> got = w.run(with_threads(threads));
        float tiny = -0x1p-140f, flat = 7;
        slopewise_status status = slopewise_relu_f32(&tiny, &flat, 1);
        uint32_t after = float_control();
        set_float_control(usual);
        EXPECT_EQ(got, want) << threads;
        EXPECT_EQ(status, SLOPEWISE_OK);
        EXPECT_EQ(flat, 0) << "a negative subnormal is negative under denormals-are-zero too";
        EXPECT_EQ(after & control_bits, GetParam() & control_bits) << "control bits";
        EXPECT_EQ(after & GetParam(), GetParam()) << "flags that were raised";
    }
}

INSTANTIATE_TEST_SUITE_P(Control, Environment, ::testing::ValuesIn(foreign_controls()));

}  // namespace
}  // namespace slopewise::test
