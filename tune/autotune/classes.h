// The sizes that a schedule is measured at, taken from this machine's caches.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "autotune/calls.h"
#include "measurement/memory.h"
#include "tunables.h"

namespace slopewise::autotune {

/// A number of elements, or of bytes that a call reads and writes in all.
struct size_class {
    std::string name;
    int64_t elements, bytes;

    bool is_small() const { return elements > 0; }
};

/// Those in which the runtime calls a kernel, the cheapest to measure first: short forms small calls, kernels that write past
/// the caches or fetch ahead calls beyond them, kernels on given draws no more than a tile.
std::vector<size_class> classes_of(const call_shape &shape, const measurement::memory_sizes &caches);

/// Elements of a call: whole multiples of 256 but for small calls.
int64_t elements_in(const size_class &c, const call_shape &shape);

}  // namespace slopewise::autotune
