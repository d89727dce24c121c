// Wisdom of any bytes: refused with a reason and nothing changed, or JSON whose choices and variants are within reason.
// "@machine@" in an input stands for this machine's own description, without which no file is read further.
#include <nlohmann/json.hpp>

#include "dispatch/dispatch.h"
#include "dispatch/wisdom.h"
#include "expect.h"

using namespace slopewise;
using slopewise::test::expect;

namespace {

std::string description() {
    std::string text(slopewise_machine(nullptr, 0) + 1, '\0');
    slopewise_machine(text.data(), text.size());
    return nlohmann::ordered_json::parse(text.c_str())["machine"].dump();
}

std::string of_this_machine(std::string text) {
    static const std::string machine = description(), word = "@machine@";
    size_t at = text.find(word);
    return at == std::string::npos ? text : text.replace(at, word.size(), machine);
}

void check_ratios(int p, const ratios (&sizes)[size_count]) {
    int64_t l2 = detect_caches().l2, least_shared = p < int(pattern::random) ? 8 << 10 : 2 << 10;
    for (int at = 0; at < size_count; at++) {
        for (bool awake : {true, false}) {
            choice c = choose(sizes[at], any_choice, awake);
            expect(c.kind == stores::plain || size_at(at) * 4 * operands_of(pattern(p)) >= l2, "stores past a cache that holds them");
            expect(!c.all || size_at(at) >= (awake ? 1 : 4) * least_shared, "threads for too little work");
        }
    }
}

/// Of the encoding of strings and the size of numbers only the library has an opinion.
bool is_json(const std::string &text) {
    std::string ascii = text;
    for (char &c : ascii) c &= 0x7f;
    bool plain = ascii == text && text.find("\\u") == std::string::npos && text.find_first_of("eE") == std::string::npos;
    return !plain || nlohmann::json::accept(text);
}

void check_taken(const std::string &text, const machine_choices &t) {
    expect(is_json(text), "a file that is no JSON was taken");
    for (int p = 0; p < pattern_count; p++) check_ratios(p, t.of[p]);
    for (const auto &row : t.variant_of) {
        for (int v : row) expect(v >= 0 && v < variant_count && this_machine().usable[v], "a variant that does not run here");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const machine_choices usual = this_machine().by_size;
    std::string text = of_this_machine(std::string(reinterpret_cast<const char *>(bytes), size));
    std::vector<char> exact(text.begin(), text.end());  // a byte too many is seen
    machine_choices t = usual;
    char reason[64];
    bool taken = apply_wisdom(exact.data(), exact.size(), {this_machine().cpus, this_machine().usable}, t, reason, sizeof reason);
    expect(taken == (reason[0] == '\0'), "a reason where none is due, or none");
    taken ? check_taken(text, t) : expect(std::memcmp(&t, &usual, sizeof t) == 0, "a file that is refused changes choices");
    return 0;
}
