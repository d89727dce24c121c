// A problem against everything that there is to compare it with.
//
// Streaming stores throw the output out of the caches, so they never share a comparison with plain stores where caches
// matter. A problem below 4 MiB has one comparison, of plain stores. In the band above, the streaming copy and loops stand in
// a comparison of their own; where this library itself streams there, contenders alternate in blocks of 20 ms, each
// after an untimed call that leaves the caches as it will find them. Beyond the caches all stand together.
#pragma once

#include "session.h"

namespace slopewise::bench {

void sweep(session &s, const std::string &section, operation op, element type, int64_t n, bool in_place = false);

/// The same on its own in blocks of 20 ms, whatever the library's choice of stores.
void sweep_alternating(session &s, const std::string &section, operation op, element type, int64_t n);

}  // namespace slopewise::bench
