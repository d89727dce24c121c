// What measurements of this machine are measurements of: the processor, its caches and threads, this library's kernels.
#pragma once

#include "dispatch/cpu_features.h"

namespace slopewise {

/// Of the kernel objects in this library.
extern const char *const kernels_hash;

struct identity_field {
    const char *name;
    const char *text;  ///< or null, and it is a number
    int64_t number;
};

struct identity {
    cpu_model cpu;
    identity_field fields[10];

    explicit identity(int threads);
    identity(const identity &) = delete;  // fields look into cpu
};

}  // namespace slopewise
