// Throughput of operations beside plain and streaming copies of as many bytes, by size class.
#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace slopewise::bench {

/// Elements of f32 in each array, such that one array fits the class.
struct size_class {
    const char *name;
    size_t bytes;  ///< of one array
};
constexpr size_class size_classes[] = {{"L1", 8 << 10}, {"L2", 256 << 10}, {"L3", 4 << 20}, {"memory", 128 << 20}};

/// Page-aligned and touched, with values of unpredictable sign in every float type.
class array {
public:
    array(size_t bytes, uint64_t seed);
    ~array();
    array(const array &) = delete;
    array &operator=(const array &) = delete;
    void *data() const { return memory; }

private:
    void *memory;
    size_t mapped;
};

void register_copies();
void register_operations();
void register_small_calls();

}  // namespace slopewise::bench
