// Small programs for the interpreter's own tests.
#pragma once

#include <cstring>
#include <string>

#include "ptx/launch.h"

namespace slopewise::test::ptx {

/// A kernel of an address and three numbers, which its first four parameters hold; registers 1 to 3 of every width hold the
/// numbers, and %rd4 the address.
inline std::string program(const std::string &body) {
    std::string text =
        ".version 7.0\n.target sm_80\n.address_size 64\n.visible .entry k(\n"
        ".param .u64 .ptr .align 1 out, .param .u64 a, .param .u64 b, .param .u64 c\n)\n{\n"
        ".reg .pred %p<4>; .reg .b16 %rs<4>; .reg .b32 %r<8>; .reg .b64 %rd<8>;\nld.param.b64 %rd4, [out];\n";
    const char *names[] = {"", "a", "b", "c"};
    for (int i = 1; i < 4; i++) {
        std::string n = std::to_string(i);
        text += "ld.param.b64 %rd" + n + ", [" + names[i] + "]; cvt.u32.u64 %r" + n + ", %rd" + n + "; cvt.u16.u64 %rs" + n + ", %rd" + n +
                "; setp.eq.b64 %p" + n + ", %rd" + n + ", 1;\n";
    }
    return text + body + "\nret;\n}\n";
}

/// 64 bytes at the address, and what happens to them.
struct program_run {
    device_memory memory;
    uint64_t out = memory.allocate(64);

    void execute(const std::string &body, uint32_t threads = 1, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0) {
        kernel k = parse(program(body).c_str());
        ptx::execute({&k, {out, a, b, c}, 1, threads}, memory);
    }
    uint64_t result() {
        uint64_t bits;
        std::memcpy(&bits, memory.at(out, sizeof bits), sizeof bits);
        return bits;
    }
};

}  // namespace slopewise::test::ptx
