#include "autotune/classes.h"

#include <algorithm>

namespace slopewise::autotune {
namespace {

/// What a cache holds beside a call's operands does not matter at half of it. Beyond the caches: four times the last one.
std::vector<size_class> by_caches(const measurement::memory_sizes &detected) {
    measurement::memory_sizes m = measurement::usual_where_unknown(detected);
    auto l1 = int64_t(m.l1), l2 = int64_t(m.l2), l3 = int64_t(m.l3);
    return {{"L1", 0, l1 / 2}, {"L2", 0, l2 / 2}, {"L3", 0, l3 / 2}, {"memory", 0, 4 * l3}};
}

/// A part of a vector, vectors and a part, and whole ones.
std::vector<size_class> small_calls() { return {{"n = 8", 8, 0}, {"n = 27", 27, 0}, {"n = 100", 100, 0}, {"n = 256", 256, 0}}; }

}  // namespace

std::vector<size_class> classes_of(const call_shape &shape, const measurement::memory_sizes &caches) {
    std::vector<size_class> cached = by_caches(caches), small = small_calls();
    if (shape.form != stores::plain) return {cached.back()};
    if (shape.is_short) return small;
    if (shape.is_random_run()) return cached;
    if (!shape.reference || shape.takes_draws()) cached.resize(2);
    small.insert(small.end(), cached.begin(), cached.end());
    return small;
}

int64_t elements_in(const size_class &c, const call_shape &shape) {
    constexpr int64_t multiple = generators::streaming_multiple;
    if (c.is_small()) return c.elements;
    return std::max(c.bytes / shape.bytes_an_element() / multiple, int64_t{1}) * multiple;
}

}  // namespace slopewise::autotune
