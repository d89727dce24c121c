// Memory that measurements run on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slopewise::measurement {

/// Touched memory, 2 MiB pages asked for, whose data begins `offset` bytes into a page. Arrays that meet in one kernel take
/// different offsets (multiples of 64): a load from the place in a page that a store has just gone to may have to wait for it.
class array {
public:
    array(size_t bytes, uint64_t seed, size_t offset = 0);
    ~array();
    array(const array &) = delete;
    array &operator=(const array &) = delete;

    void *data() const { return begin; }
    size_t size() const { return bytes; }

    /// Values near one in every float type, of unpredictable sign in each of their 16 bits: a branch on the sign is wrong
    /// half of the time.
    void fill(uint64_t seed);

private:
    void *mapping;
    size_t mapped;
    unsigned char *begin;
    size_t bytes;
};

/// Bytes of the data caches, 0 where the system does not say, and of memory that is free for use.
struct memory_sizes {
    size_t l1, l2, l3, available;
};
memory_sizes detect_memory();

}  // namespace slopewise::measurement
