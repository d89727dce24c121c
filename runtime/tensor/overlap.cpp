#include "tensor/overlap.h"

#include <algorithm>
#include <cstring>

#include "request/error.h"
#include "tensor/view.h"

namespace slopewise {
namespace {

/// In 64 bits, also of addresses that have fewer.
int64_t distance(const view &a, const view &b) {
    auto place = [](const view &v) { return uint64_t{reinterpret_cast<uintptr_t>(v.data)}; };
    return int64_t(place(b) - place(a));
}

struct sorted_dims {
    int count = 0;
    int dim[max_dims];

    /// Dimensions that matter, by the size of their stride, the largest first.
    explicit sorted_dims(const view &v) {
        for (int d = 0; d < v.ndim; d++) {
            if (v.extent[d] > 1) dim[count++] = d;
        }
        std::sort(dim, dim + count, [&](int a, int b) { return magnitude(v.stride[a]) > magnitude(v.stride[b]); });
    }
};

/// Every stride steps over all that the smaller ones reach.
bool nests(const view &v) {
    sorted_dims order(v);
    int64_t reach = size_of(v.type);
    for (int i = order.count - 1; i >= 0; i--) {
        int d = order.dim[i];
        if (magnitude(v.stride[d]) < reach) return false;
        reach += (v.extent[d] - 1) * magnitude(v.stride[d]);
    }
    return true;
}

/// Looks for elements of two views of equal strides that share a byte: is there a coordinate difference whose distance
/// in bytes is within one element of `distance`? Gives up, as if there were, after a fixed number of steps.
struct meeting {
    const view &a, &b;
    sorted_dims order;
    int64_t reach_below[max_dims + 1];  // of the dimensions after i
    int steps = 0;

    meeting(const view &first, const view &second, const view &longer) : a(first), b(second), order(longer) {
        reach_below[order.count] = size_of(a.type) - 1;
        for (int i = order.count - 1; i >= 0; i--) {
            int d = order.dim[i];
            int64_t extent = std::max(a.extent[d], b.extent[d]);
            reach_below[i] = reach_below[i + 1] + (extent - 1) * magnitude(longer.stride[d]);
        }
    }

    bool possible(int i, int64_t distance, const view &longer) {
        if (magnitude(distance) > reach_below[i]) return false;
        if (i == order.count || ++steps > 4096) return true;
        int d = order.dim[i];
        int64_t stride = longer.stride[d], near = distance / stride;
        for (int64_t delta = near - 1; delta <= near + 1; delta++) {
            bool inside = delta > -b.extent[d] && delta < a.extent[d];
            int64_t rest;  // beyond 63 bits it is beyond the other dimensions' reach
            if (inside && !__builtin_sub_overflow(distance, delta * stride, &rest) && possible(i + 1, rest, longer)) return true;
        }
        return false;
    }
};

bool equal_strides(const view &a, const view &b) {
    if (a.ndim != b.ndim) return false;
    for (int d = 0; d < a.ndim; d++) {
        if (a.extent[d] > 1 && b.extent[d] > 1 && a.stride[d] != b.stride[d]) return false;
    }
    return true;
}

/// The strides of both: a dimension of extent 1 takes the other's.
view merged(const view &a, const view &b) {
    view m = a;
    for (int d = 0; d < a.ndim; d++) {
        m.extent[d] = std::max(a.extent[d], b.extent[d]);
        m.stride[d] = a.extent[d] > 1 ? a.stride[d] : b.stride[d];
    }
    return m;
}

/// Of views whose byte ranges meet.
bool proven_disjoint(const view &a, const view &b) {
    if (!equal_strides(a, b)) return false;
    view longer = merged(a, b);
    if (!nests(longer)) return false;
    meeting m(a, b, longer);
    return !m.possible(0, distance(a, b), longer);
}

bool identical(const view &a, const view &b) {
    return a.data == b.data && a.buffer == b.buffer && a.ndim == b.ndim && std::equal(a.extent, a.extent + a.ndim, b.extent) &&
           std::equal(a.stride, a.stride + a.ndim, b.stride);
}

slopewise_status overlap(const request &r, int i, const char *other) {
    return fail(SLOPEWISE_OVERLAP, "%s: %s and %s share memory; expected disjoint tensors%s", r.name(), r.tensors[i].name, other,
                r.concatenates ? "" : ", or exactly the same one where the operation works in place");
}

/// Of OpenCL a key is a buffer of its own.
byte_range bytes_of_key(const uint64_t *key, bool is_buffer) {
    constexpr uintptr_t size = 3 * sizeof(uint64_t);
    auto address = reinterpret_cast<uintptr_t>(key);
    return is_buffer ? byte_range{0, size, key} : byte_range{address, address + size};
}

slopewise_status check_output(const request &r, const view *views, int o) {
    if (!nests(views[o])) {
        return fail(SLOPEWISE_OVERLAP, "%s: elements of %s share memory with each other", r.name(), r.tensors[o].name);
    }
    const byte_range own = bytes_of(views[o]);
    for (int i = 0; i < r.count; i++) {
        if (i == o || (i > o && i >= r.inputs) || views[i].empty()) continue;
        if (!own.meets(bytes_of(views[i]))) continue;
        bool in_place = i == 0 && o == r.inputs && !r.concatenates && identical(views[0], views[o]);
        if (!in_place && !proven_disjoint(views[i], views[o])) return overlap(r, o, r.tensors[i].name);
    }
    const uint64_t *key = r.params ? r.params->key : nullptr;
    if (key && own.meets(bytes_of_key(key, own.buffer != nullptr))) return overlap(r, o, "key");
    return SLOPEWISE_OK;
}

}  // namespace

slopewise_status check_overlap(const request &r) {
    view views[max_tensors];
    for (int i = 0; i < r.count; i++) view_of(r.tensor(i), views[i]);
    for (int o = r.inputs; o < r.count; o++) {
        if (views[o].empty()) continue;
        if (slopewise_status s = check_output(r, views, o)) return s;
    }
    return SLOPEWISE_OK;
}

}  // namespace slopewise
