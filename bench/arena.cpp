#include "arena.h"

#include <algorithm>
#include <stdexcept>

namespace slopewise::bench {
namespace {

constexpr size_t largest_array = size_t{1} << 30;

}  // namespace

arena::arena() {
    for (size_t i = 0; i < 4; i++)
        arrays[i] =
            std::make_unique<measurement::array>(largest_array, i + 1, measurement::offset_at(i), measurement::array::state::reserved);
}

problem arena::at(operation op, element type, int64_t n, bool in_place) const {
    return problem_on({input(0), input(1), output(0), output(1)}, op, type, n, in_place);
}

void arena::touch(const array_sizes &sizes) {
    size_t missing = 0, available = measurement::detect_memory().available;
    for (int i = 0; i < 4; i++) {
        auto wanted = size_t(sizes.bytes[i]);
        if (wanted > largest_array) throw std::runtime_error("an array of more than 1 GiB");
        missing += wanted - std::min(wanted, arrays[i]->touched_bytes());
    }
    if (missing > available / 4 * 3) {
        throw std::runtime_error("needs " + std::to_string(missing >> 20) + " MiB more of the " + std::to_string(available >> 20) +
                                 " MiB that are free");
    }
    for (int i = 0; i < 4; i++) arrays[i]->touch(size_t(sizes.bytes[i]));
}

}  // namespace slopewise::bench
