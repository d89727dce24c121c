// The execution of a launch: threads one after another, which differs from any other order only where threads race.
#pragma once

#include "kernel.h"
#include "memory.h"

namespace slopewise::test::ptx {

struct launch {
    const kernel *what;
    std::vector<uint64_t> arguments;  ///< of each parameter, its bits
    uint32_t blocks, threads;         ///< threads of a block
};

/// A fault says which thread did what.
void execute(const launch &l, device_memory &memory);

}  // namespace slopewise::test::ptx
