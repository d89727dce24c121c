// The instructions that kernels of this project are made of, each by its whole name: any other, or another modifier, is unknown.
#pragma once

#include <string>
#include <vector>

#include "kernel.h"

namespace slopewise::test::ptx {

/// What an operand must be.
struct operand {
    enum kind { result, source, address, parameter, label } is;
    int bits = 0;           ///< of its register, 1 for a predicate
    bool or_wider = false;  ///< elements in memory may be narrower than the register
};

struct opcode {
    handler execute;
    std::vector<operand> operands;
};

/// Null where there is none. What moves a pair has the operands' form in its name: "mov.b64 {,}," takes one apart, "mov.b64 ,{,}" puts it
/// together.
const opcode *find_opcode(const std::string &name);

}  // namespace slopewise::test::ptx
