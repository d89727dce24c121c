// slopewise_explain(), slopewise_choose() and slopewise_machine() with any names, sizes and capacities: text ends within its
// buffer and is the beginning of the whole, and the first two agree.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "expect.h"
#include "slopewise/slopewise.h"

using slopewise::test::expect;

namespace {

constexpr char fill = 0x5a;
constexpr size_t guard = 16;

/// Whether `out` holds as much of `whole` as fits `capacity`, a terminator, and then nothing that was written.
bool is_cut_from(const std::vector<char> &out, size_t capacity, const std::string &whole) {
    size_t kept = capacity ? std::min(capacity - 1, whole.size()) : 0;
    if (capacity && (whole.compare(0, kept, out.data(), kept) != 0 || out[kept] != '\0')) return false;
    return std::all_of(out.begin() + std::ptrdiff_t(capacity ? kept + 1 : 0), out.end(), [](char c) { return c == fill; });
}

std::string some_name(FuzzedDataProvider &data, std::initializer_list<const char *> known) {
    if (data.ConsumeIntegralInRange(0, 3) == 0) return data.ConsumeRandomLengthString(300);
    return data.ConsumeBool() ? *(known.begin() + data.ConsumeIntegralInRange<size_t>(0, known.size() - 1))
                              : data.ConsumeRandomLengthString(8);
}

void check_explanation(const std::string &op, const std::string &dtype, int64_t elements, size_t capacity) {
    char whole[4096];
    slopewise_status status = slopewise_explain(op.c_str(), dtype.c_str(), elements, whole, sizeof whole);
    slopewise_choice choice = {};
    choice.struct_size = sizeof choice;
    expect(slopewise_choose(op.c_str(), dtype.c_str(), elements, &choice) == status, "explain and choose differ in their status");
    std::vector<char> out(capacity + guard, fill);
    expect(slopewise_explain(op.c_str(), dtype.c_str(), elements, out.data(), capacity) == status, "the capacity changes the status");
    if (status == SLOPEWISE_OK) {
        expect(is_cut_from(out, capacity, whole), "explain: a cut text is not the beginning of the whole, or lies outside its buffer");
        expect(std::strstr(whole, choice.variant) && std::strstr(whole, choice.kernel), "explain does not say what choose says");
    } else {
        expect(is_cut_from(out, 0, ""), "explain fails and writes");
        expect(slopewise_last_error()[0] != '\0', "a failure without a message");
    }
}

void check_machine(size_t capacity) {
    std::string whole(slopewise_machine(nullptr, 0) + 1, fill);
    size_t length = slopewise_machine(whole.data(), whole.size());
    whole.resize(length);
    std::vector<char> out(capacity + guard, fill);
    expect(slopewise_machine(out.data(), capacity) == length, "machine: the capacity changes the length");
    expect(is_cut_from(out, capacity, whole), "machine: a cut text is not the beginning of the whole, or lies outside its buffer");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    FuzzedDataProvider data(bytes, size);
    size_t capacity = data.ConsumeIntegralInRange<size_t>(0, 2048);
    auto elements = data.ConsumeIntegral<int64_t>();
    std::string op =
        some_name(data, {"relu", "relu_backward", "leaky_relu", "rrelu", "rrelu_eval", "rrelu_backward", "crelu", "crelu_backward"});
    std::string dtype = some_name(data, {"f16", "bf16", "f32", "f64", "i8", "i64", "u8", "u16"});
    check_explanation(op, dtype, elements, capacity);
    check_machine(capacity);
    return 0;
}
