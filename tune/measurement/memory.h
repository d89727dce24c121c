// Memory that measurements run on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace slopewise::measurement {

/// Where in a page the arrays of one kernel begin, inputs before outputs: so that no store goes to a place in a page that is 64
/// to 1024 bytes ahead of a load's. Where it does and more bits of the addresses agree, an AVX-512 loop waits for its own
/// stores (EPYC, Zen 4: ReLU of f32 in L1 0.034 to 0.28 ns an element; loops of AVX2 do not).
constexpr size_t most_places = 5;
constexpr size_t offset_at(size_t place) { return (most_places - 1 - place) * 704; }

/// Touched memory, 2 MiB pages asked for, whose data begins `offset` bytes into a page. Of a reserved one nothing is touched
/// before touch(), so that addresses can be known before there is memory behind them.
class array {
public:
    enum class state { touched, reserved };
    array(size_t bytes, uint64_t seed, size_t offset = 0, state at_first = state::touched);
    ~array();
    array(const array &) = delete;
    array &operator=(const array &) = delete;

    void *data() const { return begin; }
    size_t size() const { return bytes; }

    /// Values near one in every float type, of unpredictable sign in each of their 16 bits: a branch on the sign is wrong
    /// half of the time.
    void fill(uint64_t seed) { fill(seed, bytes); }

    /// Fills at least the first so many bytes, unless that was done.
    void touch(size_t first);
    size_t touched_bytes() const { return touched; }

private:
    void fill(uint64_t seed, size_t first);

    void *mapping;
    size_t mapped;
    unsigned char *begin;
    size_t bytes, touched = 0;
    uint64_t seed;
};

/// An array at a place, that is there or made anew, of at least so many bytes: the smaller one goes before the larger comes.
array &grown(std::unique_ptr<array> &at, size_t place, size_t bytes);

/// Bytes of the data caches, as the library takes them.
struct cache_sizes {
    int64_t l1, l2, l3;
};

/// Bytes of memory that are free for use; 0 where the system does not say.
int64_t available_memory();

}  // namespace slopewise::measurement
