// Slopewise's algorithms as Halide expressions: include this to fuse them into a pipeline of your own.
// The library's own kernels are generated from exactly these headers.
#pragma once

#if __cplusplus < 201703L
#error "slopewise/halide.h needs C++17: compile with -std=c++17 or later"
#else

#include "halide/algorithms.h"
#include "halide/gpu_schedule.h"
#include "halide/packed.h"
#include "halide/philox.h"
#include "halide/schedule.h"
#include "halide/slopes.h"
#include "halide/storage.h"

#endif
