// Other libraries that do the same. Each is a module of its own beside the program, built where its package was found and
// loaded when it is needed, so that none is needed and none sees another's symbols.
#pragma once

#include <string>
#include <vector>

#include "contenders/problem.h"
#include "measurement/repeating.h"

namespace slopewise::bench {

using namespace contenders;

struct peer_call {
    std::string name;
    measurement::repeated run;
    bool same_bytes;  ///< writes the problem's outputs, and what this library writes
};

struct peer {
    std::string version;
    /// What it has for a problem; nothing where it lacks the operation or the type.
    std::vector<peer_call> (*calls)(const problem &p, int threads);
};

/// Each module exports this function under the name "slopewise_bench_peer".
using peer_entry = const peer *();

struct known_peer {
    const char *name;
    const char *module;
    const peer *found;   ///< null where it is missing
    std::string reason;  ///< why it is missing
};

/// All that this bench knows, loaded at the first call.
const std::vector<known_peer> &peers();

}  // namespace slopewise::bench
