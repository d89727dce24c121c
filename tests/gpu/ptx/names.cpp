#include "names.h"

#include <limits>

namespace slopewise::test::ptx {
namespace {

/// No value that a kernel computes with by chance.
constexpr uint64_t not_set = 0xdeadbeefdeadbeef;

}  // namespace

names::names() : blocks(1) {
    for (const char *name : {"%tid.x", "%ntid.x", "%ctaid.x", "%nctaid.x"}) declare(name, 32, fixed);
}

bool names::declare(const std::string &name, int bits, kind is) {
    bool is_new = blocks.back().count(name) == 0;
    if (is_new) blocks.back()[name] = {new_slot(bits == 1 ? 0 : not_set), bits, is};
    return is_new;
}

bool names::close_block() {
    if (blocks.size() == 1) return false;
    blocks.pop_back();
    return true;
}

const names::entry *names::find(const std::string &name) const {
    for (size_t b = blocks.size(); b-- > 0;) {
        auto found = blocks[b].find(name);
        if (found != blocks[b].end()) return &found->second;
    }
    return nullptr;
}

slot names::constant(uint64_t bits) {
    auto [at, is_new] = constants.try_emplace(bits, slot(0));
    if (is_new) at->second = new_slot(bits);
    return at->second;
}

slot names::new_slot(uint64_t value) {
    if (initial.size() > std::numeric_limits<slot>::max()) throw syntax_error("too many registers");
    initial.push_back(value);
    return slot(initial.size() - 1);
}

}  // namespace slopewise::test::ptx
