// The built-in threads: a few workers that look for work for a while after the last, then sleep.
#pragma once

#include <cstdint>

#include "slopewise/slopewise.h"

namespace slopewise {

/// Runs task(closure, b, e) over all of [0, units) on up to `threads` threads, this one included. The caller works too
/// and never waits for a worker that has not begun, so a busy machine costs little more than working alone. All of it runs on
/// this thread where sharing would cost more: workers asleep and not worth waking (`wakes` is false and this is not one
/// of many calls in a row), another call's work in the pool, a forked child, no memory for threads, or a machine so busy
/// that workers were lately late.
void pool_run(int threads, bool wakes, int64_t units, slopewise_task task, void *closure);

}  // namespace slopewise
