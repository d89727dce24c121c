// Streamed stores are ordered before whatever the caller does next: instruction by instruction, an sfence follows the last store past
// the caches of a call, on tensors of every shape of work. Calls that stream nothing pay for none.
#include <gtest/gtest.h>
#include <ucontext.h>

#include <csignal>
#include <cstring>

#include "tensors.h"

namespace slopewise::test {
namespace {

struct seen {
    long streamed = 0, fences = 0, instructions = 0;
    bool open = false;  ///< streamed stores that no fence follows
} found;

bool is_fence(const unsigned char *at) { return at[0] == 0x0f && at[1] == 0xae && at[2] == 0xf8; }

/// movntps, movntpd, movntdq, movnti; with a VEX or EVEX prefix of the map 0F too.
bool is_streamed_store(const unsigned char *at) {
    auto opcode = [](unsigned char c) { return c == 0x2b || c == 0xe7 || c == 0xc3; };
    if (at[0] == 0xc5) return opcode(at[2]) && at[2] != 0xc3;
    if (at[0] == 0xc4) return (at[1] & 0x1f) == 1 && opcode(at[3]) && at[3] != 0xc3;
    if (at[0] == 0x62) return (at[1] & 0x07) == 1 && opcode(at[4]) && at[4] != 0xc3;
    if (at[0] == 0x66) at++;
    if ((at[0] & 0xf0) == 0x40) at++;
    return at[0] == 0x0f && opcode(at[1]);
}

void step(int, siginfo_t *, void *context) {
    const auto *at = reinterpret_cast<const unsigned char *>(static_cast<ucontext_t *>(context)->uc_mcontext.gregs[REG_RIP]);
    found.instructions++;
    if (is_fence(at)) {
        found.fences++;
        found.open = false;
    } else if (is_streamed_store(at)) {
        found.streamed++;
        found.open = true;
    }
}

void set_trap_flag(bool on) {
    if (on) {
        asm volatile("sub $128, %%rsp; pushfq; orq $0x100, (%%rsp); popfq; add $128, %%rsp" ::: "memory", "cc");
    } else {
        asm volatile("sub $128, %%rsp; pushfq; andq $~0x100, (%%rsp); popfq; add $128, %%rsp" ::: "memory", "cc");
    }
}

template <class Call>
seen each_instruction_of(Call call) {
    struct sigaction action = {}, before;
    action.sa_sigaction = step;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGTRAP, &action, &before);
    found = {};
    set_trap_flag(true);
    slopewise_status status = call();
    set_trap_flag(false);
    sigaction(SIGTRAP, &before, nullptr);
    EXPECT_EQ(status, SLOPEWISE_OK) << slopewise_last_error();
    return found;
}

/// Rows of an output whose storage begins on a line, each a whole number of lines after the other.
struct rows_on_lines {
    static constexpr int64_t columns = 512, pitch = 640;
    dl x, y;

    explicit rows_on_lines(int64_t rows) : x({rows, columns}, f32, {pitch, 1}, size_t(4 * rows * pitch)), y(x) {
        y.storage = std::make_shared<std::vector<unsigned char>>(x.storage->size() + 64);
        auto place = reinterpret_cast<uintptr_t>(y.storage->data());
        y.data = y.storage->data() + (64 - place % 64) % 64;
    }
};

class Fence : public ::testing::TestWithParam<int64_t> {};

TEST_P(Fence, FollowsStreamedStores) {
    bool streams = false;
    for (const slopewise_variant &v : usable_cpu_variants()) {
        rows_on_lines t(GetParam());
        slopewise_rrelu_params p = default_params();
        slopewise_options o = default_options();
        o.variant = v.name;
        o.threads = 1;
        for (const char *stores : {"streaming", "plain", "prefetch"}) {
            o.stores = stores;
            for (bool random : {false, true}) {
                SCOPED_TRACE(std::string(v.name) + ", " + stores + (random ? ", rrelu" : ", relu"));
                seen s = each_instruction_of(
                    [&] { return random ? slopewise_rrelu(&t.x, &p, &t.y, nullptr, &o) : slopewise_relu(&t.x, &t.y, &o); });
                EXPECT_GT(s.instructions, 500);
                EXPECT_FALSE(s.open) << s.streamed << " streamed stores, " << s.fences << " fences";
                if (std::strcmp(stores, "streaming") != 0) EXPECT_EQ(s.streamed + s.fences, 0);
                streams = streams || s.streamed > 0;
            }
        }
    }
    EXPECT_TRUE(streams) << "no variant of this build streams";
}

INSTANTIATE_TEST_SUITE_P(OfARunAndOfTiles, Fence, ::testing::Values(1, 3));

}  // namespace
}  // namespace slopewise::test
