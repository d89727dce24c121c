// Calls of the tensor interface with any tensors, parameters and options: the status is the contract's, a call that fails
// changes no byte and says why, and one that works changes the outputs' elements to the reference's and nothing else.
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <map>

#include "expect.h"
#include "requests/call.h"
#include "requests/image.h"
#include "requests/verdict.h"
#include "support/float_control.h"
#include "support/inputs.h"

using namespace slopewise;
using namespace slopewise::test;

namespace {

/// Between pages that nothing may touch.
char *make_arena() {
    auto page = size_t(sysconf(_SC_PAGESIZE));
    void *all = mmap(nullptr, size_t(arena_bytes) + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *arena = static_cast<char *>(all) + page;
    expect(all != MAP_FAILED && mprotect(arena, size_t(arena_bytes), PROT_READ | PROT_WRITE) == 0, "no memory");
    return arena;
}

/// Elements of every kind.
std::vector<char> adversarial_bytes(dtype t) {
    std::vector<char> bytes(arena_bytes);
    std::vector<uint64_t> bits = adversarial_bits(t, bytes.size() / size_t(size_of(t)), 1);
    for (size_t i = 0; i < bits.size(); i++) store_bits(bytes.data() + i * size_t(size_of(t)), t, bits[i]);
    return bytes;
}

/// Of the type of the call where it has one.
void fill(char *arena, const fuzzed_call &call) {
    static std::map<dtype, std::vector<char>> images;
    dtype t = dtype::f32;
    if (call.given[0]) (void)to_dtype_of_tests(call.given[0]->dtype, &t);
    auto [image, is_new] = images.try_emplace(t);
    if (is_new) image->second = adversarial_bytes(t);
    std::memcpy(arena, image->second.data(), image->second.size());
}

std::string describe(const fuzzed_call &c, slopewise_status got, const char *what) {
    std::string text = std::string(what) + ": " + c.of->name + " gave " + slopewise_status_name(got);
    for (int i = 0; i < c.of->count(); i++) {
        const DLTensor *t = c.given[i];
        text += std::string("\n  ") + c.of->tensors[i];
        if (!t || t->ndim < 0 || t->ndim > 64) continue;
        text += " at " + std::to_string(first_address(*t)) + " code " + std::to_string(t->dtype.code) + " bits " +
                std::to_string(t->dtype.bits);
        for (int d = 0; t->shape && d < t->ndim; d++)
            text += (d ? ", " : ": ") + std::to_string(t->shape[d]) + (t->strides ? " by " + std::to_string(t->strides[d]) : "");
    }
    return text + (got ? std::string("\n  ") + slopewise_last_error() : "");
}

/// Leaves a message that is none of a call's.
void forget_message() { expect(slopewise_choose(nullptr, "f32", 0, nullptr) != SLOPEWISE_OK, "choose takes NULL"); }

slopewise_status run_in_its_environment(const fuzzed_call &call) {
    uint32_t usual = float_control();
    if (call.control) set_float_control(call.control);
    slopewise_status got = call.run();
    uint32_t found = float_control();
    set_float_control(usual);
    if (call.control) expect((found & control_bits) == (call.control & control_bits), describe(call, got, "control bits have changed"));
    return got;
}

void check_status(const fuzzed_call &call, const verdict &want, slopewise_status got) {
    if (got == want.status || (want.may_overlap && got == SLOPEWISE_OVERLAP)) return;
    expect(false, describe(call, got, (std::string("expected ") + slopewise_status_name(want.status)).c_str()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static char *const arena = make_arena();
    FuzzedDataProvider data(bytes, size);
    fuzzed_call call(data, arena);
    fill(arena, call);
    verdict want = judge(call, arena);
    if (want.beyond_arena) call.name_no_variant();
    std::vector<char> before(arena, arena + arena_bytes);
    forget_message();
    slopewise_status got = run_in_its_environment(call);
    if (want.beyond_arena) {
        expect(got != SLOPEWISE_OK, describe(call, got, "there is no such variant"));
    } else {
        check_status(call, want, got);
    }
    std::vector<char> after(arena, arena + arena_bytes);
    if (got == SLOPEWISE_OK) {
        expect(after == image_of(call, arena, before, after), describe(call, got, "wrong bytes"));
    } else {
        expect(after == before, describe(call, got, "a call that fails has written"));
        expect(slopewise_last_error()[0] && std::strncmp(slopewise_last_error(), "choose:", 7), describe(call, got, "no message"));
    }
    return 0;
}
