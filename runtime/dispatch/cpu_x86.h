#pragma once

#include "dispatch/cpu_features.h"

namespace slopewise {

/// What the processor says of itself, and the operating system of its registers; or what a test says instead.
struct cpu_words {
    bool (*leaf)(unsigned leaf, unsigned inner, unsigned *eax_ebx_ecx_edx);  ///< of CPUID; false where there is no such leaf
    uint64_t (*states)();                                                    ///< XCR0
};

bool has_feature(const cpu_words &cpu, const char *name, size_t length);
cpu_model model_of(const cpu_words &cpu);
cache_sizes caches_of(const cpu_words &cpu);

}  // namespace slopewise
