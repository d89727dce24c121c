#include "image.h"

#include <cstring>
#include <string_view>

#include "support/reference.h"
#include "view.h"

namespace slopewise::test {
namespace {

/// Where the elements of each operand lie, counted from the arena's beginning; a long tensor's halves stand as two.
using places = std::vector<size_t>;

places places_of(const DLTensor &t, const char *arena, int axis, int64_t begin, int64_t end) {
    places all;
    for_each_element(t, [&](const coordinates &at, uintptr_t address) {
        if (axis < 0 || (at[size_t(axis)] >= begin && at[size_t(axis)] < end)) all.push_back(address - reinterpret_cast<uintptr_t>(arena));
    });
    return all;
}

std::vector<places> operands_of(const fuzzed_call &c, const char *arena) {
    std::vector<places> all;
    for (int i = 0; i < c.count(); i++) {
        const DLTensor &t = *c.given[i];
        if (i != c.of->long_one) {
            all.push_back(places_of(t, arena, -1, 0, 0));
            continue;
        }
        int axis = c.axis < 0 ? c.axis + t.ndim : c.axis;
        int64_t half = t.shape[axis] / 2;
        all.push_back(places_of(t, arena, axis, 0, half));
        all.push_back(places_of(t, arena, axis, half, 2 * half));
    }
    return all;
}

/// Of row-major elements, mod 2^64.
std::vector<uint64_t> random_indices(const fuzzed_call &c, const uint64_t *key) {
    const DLTensor &x = *c.given[0];
    std::vector<uint64_t> all;
    coordinates own = row_major_strides(x);
    for_each_element(x, [&](const coordinates &at, uintptr_t) {
        uint64_t index = c.params.offset + (key ? 8 * key[2] : 0);
        for (size_t d = 0; d < size_t(x.ndim); d++)
            index += uint64_t(at[d]) * uint64_t(c.params.index_strides ? c.params.index_strides[d] : own[d]);
        all.push_back(index);
    });
    return all;
}

/// The slope of each element.
std::vector<double> slopes_of(const fuzzed_call &c, dtype t, size_t n, const uint64_t *key) {
    bool is_random = c.of->has(signature::random);
    double fixed = c.of->has(signature::bounds) ? (c.params.lower + c.params.upper) / 2 : c.slope;
    if (!is_random)
        return std::vector<double>(
            n, t == dtype::f64 || !(c.of->has(signature::slope) || c.of->has(signature::bounds)) ? fixed : double(float(fixed)));
    bounds_in_fixed_point bounds = fixed_point_of(c.params.lower, c.params.upper);
    std::vector<double> all;
    for (uint64_t index : random_indices(c, key))
        all.push_back(slope_of(draw(index, key ? key[0] : c.params.seed, key ? key[1] : c.params.stream), bounds, t == dtype::f64));
    return all;
}

void (*reference_for(const fuzzed_call &c))(element &) {
    std::string_view name = c.of->name;
    if (name == "rrelu" && c.count() == 3) name = "rrelu_noise";
    for (const operation_reference &r : operation_references) {
        if (name == r.name) return r.element;
    }
    return nullptr;
}

/// As it was before the call.
const uint64_t *key_before(const fuzzed_call &c, const char *arena, const std::vector<char> &before, uint64_t (&copy)[3]) {
    if (!c.of->has(signature::random) || !c.params.key) return nullptr;
    size_t at = reinterpret_cast<uintptr_t>(c.params.key) - reinterpret_cast<uintptr_t>(arena);
    std::memcpy(copy, at < size_t(arena_bytes) ? before.data() + at : reinterpret_cast<const char *>(c.params.key), sizeof copy);
    return copy;
}

}  // namespace

std::vector<char> image_of(const fuzzed_call &c, const char *arena, const std::vector<char> &before, const std::vector<char> &after) {
    std::vector<char> image = before;
    std::vector<places> operands = operands_of(c, arena);
    size_t inputs = size_t(c.of->inputs) + (c.of->long_one == 0), n = operands[0].size();
    uint64_t copy[3];
    element e = {};
    (void)to_dtype_of_tests(c.given[0]->dtype, &e.type);
    std::vector<double> slopes = slopes_of(c, e.type, n, key_before(c, arena, before, copy));
    auto *compute = reference_for(c);
    for (size_t i = 0; i < n; i++) {
        e.slope = slopes[i];
        e.arithmetic[0] = e.arithmetic[1] = false;
        for (size_t k = 0; k < inputs; k++) e.in[k] = load_bits(before.data() + operands[k][i], e.type);
        compute(e);
        for (size_t o = 0; inputs + o < operands.size(); o++) {
            size_t at = operands[inputs + o][i];
            uint64_t got = load_bits(after.data() + at, e.type);
            store_bits(image.data() + at, e.type, agrees(e, int(o), got) ? got : e.out[o]);
        }
    }
    return image;
}

}  // namespace slopewise::test
