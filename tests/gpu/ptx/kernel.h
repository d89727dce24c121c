// A kernel of PTX, decoded once: what the parser makes and a launch executes.
#pragma once

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace slopewise::test::ptx {

class thread;
struct instruction;

/// Executes an instruction and gives the one that is next, null after the last.
using handler = const instruction *(*)(thread &, const instruction &);

/// Operands are slots of a thread: its registers, and beside them what nothing writes: constants, parameters, special registers.
using slot = uint16_t;

struct instruction {
    handler execute;
    std::array<slot, 5> slots;            ///< in the order of the operands
    int64_t offset = 0;                   ///< of an address
    const instruction *target = nullptr;  ///< of a branch
    int line = 0;                         ///< of the text, from 1 on
};

struct parameter {
    slot at;
    int bytes;
};

struct kernel {
    std::string name, target;  ///< of the PTX, e.g. "sm_80"
    std::vector<instruction> code;
    std::vector<parameter> parameters;
    std::vector<uint64_t> slots;  ///< as each thread begins
    std::vector<std::string> lines;
};

/// What no PTX of this project contains is an error, too.
struct syntax_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The one kernel of a module.
kernel parse(const char *text);

}  // namespace slopewise::test::ptx
