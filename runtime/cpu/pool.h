// The built-in threads: a few workers that look for work for a while after the last, then sleep.
#pragma once

#include <cstdint>

#include "slopewise/slopewise.h"

namespace slopewise {

/// What a call finds that would be shared: workers that take up work at once (it follows another call closely, or some are awake
/// anyway), workers that sleep, or none (a forked child, a machine so busy that workers were lately late).
enum class workers { awake, asleep, none };
workers workers_now();

/// A call that was not shared because workers sleep has ended: the next may follow it closely.
void note_call_alone();

/// The calling thread and the workers; a few share all of a machine's memory rate.
constexpr int most_pool_threads = 64;

/// Runs task(closure, b, e) over all of [0, units) on up to `threads` threads, this one included, or most_pool_threads. The caller works
/// too and never waits for a worker that has not begun, so a busy machine costs little more than working alone. All of it runs on this
/// thread where there are no workers, another call's work is in the pool, or there is no memory for threads.
void pool_run(int threads, int64_t units, slopewise_task task, void *closure);

}  // namespace slopewise
