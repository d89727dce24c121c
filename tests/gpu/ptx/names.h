// What names in a kernel stand for: slots, with the width that they were declared with.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel.h"

namespace slopewise::test::ptx {

/// Special registers, in slots of these numbers.
enum special : slot { thread_in_block, threads_of_block, block_in_grid, blocks_of_grid };

class names {
public:
    enum kind { variable, fixed, parameter };
    struct entry {
        slot at;
        int bits;
        kind is;
    };

    names();
    /// False if the name is taken in the innermost block.
    bool declare(const std::string &name, int bits, kind is);
    void open_block() { blocks.emplace_back(); }
    /// False for a kernel's own.
    bool close_block();
    const entry *find(const std::string &name) const;
    /// The slot that holds a number.
    slot constant(uint64_t bits);
    const std::vector<uint64_t> &slots() const { return initial; }

private:
    slot new_slot(uint64_t value);

    std::vector<std::map<std::string, entry>> blocks;
    std::map<uint64_t, slot> constants;
    std::vector<uint64_t> initial;
};

}  // namespace slopewise::test::ptx
