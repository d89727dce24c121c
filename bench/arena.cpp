#include "arena.h"

#include <algorithm>
#include <stdexcept>

namespace slopewise::bench {

arena::arena() {
    using measurement::array;
    constexpr size_t largest = size_t{1} << 30;
    for (size_t i = 0; i < 4; i++) arrays[i] = std::make_unique<array>(largest, i + 1, measurement::offset_at(i), array::state::reserved);
}

problem arena::at(operation op, element type, int64_t n, bool in_place) const {
    return problem_on({input(0), input(1), output(0), output(1)}, op, type, n, in_place);
}

void arena::touch(const array_sizes &sizes) {
    size_t missing = 0, free = size_t(measurement::available_memory());
    for (int i = 0; i < 4; i++) missing += size_t(sizes.bytes[i]) - std::min(size_t(sizes.bytes[i]), arrays[i]->touched_bytes());
    if (missing > free / 4 * 3) {
        throw std::runtime_error("needs " + std::to_string(missing >> 20) + " MiB of the " + std::to_string(free >> 20) + " that are free");
    }
    for (int i = 0; i < 4; i++) arrays[i]->touch(size_t(sizes.bytes[i]));
}

}  // namespace slopewise::bench
