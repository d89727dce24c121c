// What docs/contract.md says of a call: the first row of its table that applies, overlap by counting bytes.
#pragma once

#include "view.h"

namespace slopewise::test {

struct verdict {
    slopewise_status status;
    bool may_overlap = false;   ///< no byte is shared, but the contract does not promise that this is seen
    bool beyond_arena = false;  ///< elements lie where the caller has no memory: such a call is made of a variant that is none
};

verdict judge(const fuzzed_call &call, const char *arena);

}  // namespace slopewise::test
