// The built-in threads: a few workers that sleep until there is work. The caller always works too, and never waits for a
// worker that has not begun, so a busy machine costs no more than working alone.
#pragma once

#include <cstdint>

#include "slopewise/slopewise.h"

namespace slopewise {

/// Runs task(closure, b, e) over all of [0, units) on up to `threads` threads, this one included. Another call's work
/// in the pool, a forked child, or no memory for threads: all of it runs on this thread.
void pool_run(int threads, int64_t units, slopewise_task task, void *closure);

}  // namespace slopewise
