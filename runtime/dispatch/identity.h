// What measurements of this machine are measurements of: the processor, its caches and threads, this library's kernels.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "dispatch/cpu_features.h"

namespace slopewise {

/// Of the kernel objects in this library.
extern const char *const kernels_hash;

/// As a flat object: vendor, family, model, stepping, l1, l2, l3 (bytes), threads, version, kernels.
nlohmann::ordered_json identity_of(int threads);

}  // namespace slopewise
