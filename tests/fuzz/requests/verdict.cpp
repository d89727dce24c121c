#include "verdict.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <vector>

namespace slopewise::test {
namespace {

using wide = __int128;
constexpr wide limit = INT64_MAX;

const DLTensor &tensor_of(const fuzzed_call &c, int i) { return *c.given[i]; }

/// Elements, bytes and reach within 63 bits.
bool fits(const DLTensor &t) {
    wide item = std::max<wide>((wide{t.dtype.bits} * std::max<int>(t.dtype.lanes, 1) + 7) / 8, 1), bytes = item, reach = 1;
    for (int d = 0; d < t.ndim; d++) {
        if ((bytes *= t.shape[d]) > limit) return false;
        wide stride = t.strides ? t.strides[d] : 0;
        if (t.shape[d] > 1) reach += (stride < 0 ? -stride : stride) * (t.shape[d] - 1);
        if (reach > limit) return false;
    }
    return reach * item <= limit;
}

bool is_wrong(const DLTensor *t) {
    if (!t || t->ndim < 0 || t->ndim > 64 || (t->ndim > 0 && !t->shape)) return true;
    if (std::any_of(t->shape, t->shape + t->ndim, [](int64_t extent) { return extent < 0; })) return true;
    return !is_empty_tensor(*t) && (!t->data || !fits(*t));
}

bool has_wrong_options(const slopewise_options *o) {
    constexpr size_t least = offsetof(slopewise_options, stores);
    if (!o) return false;
    if (o->struct_size < least || o->struct_size > 4096 || o->threads < 0) return true;
    const char *bytes = reinterpret_cast<const char *>(o);
    for (size_t at = sizeof *o; at < o->struct_size; at++) {
        if (bytes[at]) return true;
    }
    const char *kind = o->struct_size >= sizeof *o ? o->stores : nullptr;
    return kind && std::strcmp(kind, "plain") && std::strcmp(kind, "streaming") && std::strcmp(kind, "prefetch");
}

bool has_wrong_structure(const fuzzed_call &c) {
    for (int i = 0; i < c.count(); i++) {
        if (is_wrong(c.given[i])) return true;
    }
    return has_wrong_options(c.asked()) || (c.of->has(signature::random) && !c.has_params);
}

/// Pinned memory is the CPU's, managed memory CUDA's.
int kind_of(const DLTensor &t) {
    int type;
    std::memcpy(&type, &t.device.device_type, sizeof type);
    return type == kDLCUDAHost ? int(kDLCPU) : type == kDLCUDAManaged ? int(kDLCUDA) : type;
}

bool devices_differ(const fuzzed_call &c) {
    const DLTensor &a = tensor_of(c, 0);
    for (int i = 1; i < c.count(); i++) {
        const DLTensor &b = tensor_of(c, i);
        if (kind_of(a) != kind_of(b) || (kind_of(a) != kDLCPU && a.device.device_id != b.device.device_id)) return true;
    }
    return false;
}

bool has_wrong_type(const fuzzed_call &c) {
    for (int i = 0; i < c.count(); i++) {
        dtype t;
        if (!to_dtype_of_tests(tensor_of(c, i).dtype, &t)) return true;
        if (!is_float(t) && !c.of->has(t == dtype::u8 ? signature::u8 : signature::integers)) return true;
    }
    return false;
}

bool types_differ(const fuzzed_call &c) {
    for (int i = 1; i < c.count(); i++) {
        DLDataType a = tensor_of(c, 0).dtype, b = tensor_of(c, i).dtype;
        if (a.code != b.code || a.bits != b.bits) return true;
    }
    return false;
}

const DLTensor &short_one(const fuzzed_call &c) { return tensor_of(c, c.of->long_one == 0 ? 1 : 0); }

bool shapes_differ(const fuzzed_call &c) {
    const DLTensor &x = short_one(c);
    int axis = c.axis < 0 ? c.axis + x.ndim : c.axis;
    for (int i = 0; i < c.count(); i++) {
        const DLTensor &t = tensor_of(c, i);
        if (t.ndim != x.ndim) return true;
        for (int d = 0; d < t.ndim; d++) {
            if (wide{t.shape[d]} != wide{x.shape[d]} * (i == c.of->long_one && d == axis ? 2 : 1)) return true;
        }
    }
    return false;
}

bool has_wrong_numbers(const fuzzed_call &c) {
    dtype t;
    (void)to_dtype_of_tests(tensor_of(c, 0).dtype, &t);
    double largest = t == dtype::f64 ? DBL_MAX : double(FLT_MAX), lower = c.params.lower, upper = c.params.upper;
    auto too_large = [&](double v) { return !(std::fabs(v) <= largest); };
    if (c.of->has(signature::bounds) && (too_large(lower) || too_large(upper) || lower > upper)) return true;
    if (!c.of->has(signature::random) && c.of->has(signature::bounds) && too_large((lower + upper) / 2)) return true;
    if (c.of->has(signature::slope) && too_large(c.slope)) return true;
    return c.of->has(signature::saved) && c.saved_is_output && (c.of->has(signature::bounds) ? lower : c.slope) < 0;
}

/// First and last byte of a tensor that is not empty.
struct reach {
    wide begin, end;
    bool meets(const reach &o) const { return begin < o.end && o.begin < end; }
};
reach reach_of(const DLTensor &t) {
    reach r = {wide(first_address(t)), wide(first_address(t)) + t.dtype.bits / 8};
    for (int d = 0; d < t.ndim; d++) {
        wide most = wide{t.shape[d] - 1} * stride_of(t, d) * (t.dtype.bits / 8);
        (most < 0 ? r.begin : r.end) += most;
    }
    return r;
}

/// The bytes of a tensor that lies in the arena, each with how many elements it belongs to.
std::vector<uint8_t> bytes_of(const DLTensor &t, const char *arena) {
    std::vector<uint8_t> count(arena_bytes);
    for_each_element(t, [&](const coordinates &, uintptr_t address) {
        size_t at = address - reinterpret_cast<uintptr_t>(arena);
        for (int b = 0; b < t.dtype.bits / 8; b++) count[at + size_t(b)] = uint8_t(std::min(count[at + size_t(b)] + 1, 2));
    });
    return count;
}

bool matters(const DLTensor &t, int d) { return t.shape[d] > 1; }

/// Strides of those dimensions that matter in either, from the smallest, each stepping over what the smaller ones reach.
bool nest_together(const DLTensor &a, const DLTensor &b) {
    std::vector<std::pair<int64_t, int64_t>> dims;  // stride, extent
    for (int d = 0; d < a.ndim; d++) {
        if (matters(a, d) && matters(b, d) && stride_of(a, d) != stride_of(b, d)) return false;
        if (matters(a, d) || matters(b, d))
            dims.push_back({std::abs(stride_of(matters(a, d) ? a : b, d)), std::max(a.shape[d], b.shape[d])});
    }
    std::sort(dims.begin(), dims.end());
    wide reached = 1;
    for (auto [stride, extent] : dims) {
        if (stride < reached) return false;
        reached += wide{stride} * (extent - 1);
    }
    return true;
}

bool same_view(const DLTensor &a, const DLTensor &b) {
    if (first_address(a) != first_address(b)) return false;
    for (int d = 0; d < a.ndim; d++) {
        if (matters(a, d) && stride_of(a, d) != stride_of(b, d)) return false;
    }
    return true;
}

wide elements_of(const DLTensor &t) {
    wide n = 1;
    for (int d = 0; d < t.ndim; d++) n *= t.shape[d];
    return n;
}

enum class sharing { none, unproven, some };

sharing worse(sharing a, sharing b) { return std::max(a, b); }

sharing with_another(const fuzzed_call &c, int i, int o, const std::vector<uint8_t> &written, const char *arena) {
    const DLTensor &a = tensor_of(c, i), &b = tensor_of(c, o);
    if (is_empty_tensor(a) || (c.works_in_place(i, o) && same_view(a, b)) || !reach_of(a).meets(reach_of(b))) return sharing::none;
    std::vector<uint8_t> other = bytes_of(a, arena);
    for (size_t at = 0; at < other.size(); at++) {
        if (other[at] && written[at]) return sharing::some;
    }
    return nest_together(a, b) ? sharing::none : sharing::unproven;
}

sharing with_key(const fuzzed_call &c, int o, const std::vector<uint8_t> &written, const char *arena) {
    if (!c.of->has(signature::random) || !c.params.key) return sharing::none;
    auto key = reinterpret_cast<uintptr_t>(c.params.key);
    if (!reach_of(tensor_of(c, o)).meets({wide(key), wide(key) + 24})) return sharing::none;
    size_t at = key - reinterpret_cast<uintptr_t>(arena);
    bool hit =
        std::any_of(written.begin() + std::ptrdiff_t(at), written.begin() + std::ptrdiff_t(at + 24), [](uint8_t n) { return n > 0; });
    return hit ? sharing::some : sharing::unproven;
}

/// Of tensors within the arena. One with more elements than that has bytes shares some.
sharing sharing_of(const fuzzed_call &c, const char *arena) {
    sharing worst = sharing::none;
    for (int o = c.of->inputs; o < c.count(); o++) {
        const DLTensor &t = tensor_of(c, o);
        if (is_empty_tensor(t)) continue;
        if (elements_of(t) > arena_bytes) return sharing::some;
        std::vector<uint8_t> written = bytes_of(t, arena);
        if (std::count(written.begin(), written.end(), 2)) return sharing::some;
        if (!nest_together(t, t)) worst = worse(worst, sharing::unproven);
        for (int i = 0; i < o; i++) worst = worse(worst, with_another(c, i, o, written, arena));
        worst = worse(worst, with_key(c, o, written, arena));
    }
    return worst;
}

bool leaves(const fuzzed_call &c, const char *arena) {
    reach all = {wide(reinterpret_cast<uintptr_t>(arena)), wide(reinterpret_cast<uintptr_t>(arena)) + arena_bytes};
    for (int i = 0; i < c.count(); i++) {
        if (is_empty_tensor(tensor_of(c, i))) continue;
        reach r = reach_of(tensor_of(c, i));
        if (r.begin < all.begin || r.end > all.end) return true;
    }
    return false;
}

/// Whether the variant that is asked for is one of this build that runs here.
bool has_variant(const slopewise_options *o) {
    if (!o || !o->variant) return true;
    slopewise_variant all[16];
    size_t count = std::min<size_t>(slopewise_variants(all, 16), 16);
    return std::any_of(all, all + count, [&](const slopewise_variant &v) {
        return v.usable && std::strcmp(v.device, "cpu") == 0 && std::strcmp(v.name, o->variant) == 0;
    });
}

bool is_aligned(const uint64_t *key) { return reinterpret_cast<uintptr_t>(key) % 8 == 0; }

}  // namespace

// The build has no kernels for GPUs.
verdict judge(const fuzzed_call &c, const char *arena) {
    if (has_wrong_structure(c)) return {SLOPEWISE_INVALID_ARGUMENT};
    if (devices_differ(c)) return {SLOPEWISE_DEVICE_MISMATCH};
    if (kind_of(tensor_of(c, 0)) != kDLCPU) return {SLOPEWISE_UNSUPPORTED_DEVICE};
    if (c.of->has(signature::random) && !is_aligned(c.params.key)) return {SLOPEWISE_INVALID_ARGUMENT};
    if (has_wrong_type(c)) return {SLOPEWISE_UNSUPPORTED_DTYPE};
    if (types_differ(c)) return {SLOPEWISE_DTYPE_MISMATCH};
    if (c.of->concatenates() && (c.axis < -short_one(c).ndim || c.axis >= short_one(c).ndim)) return {SLOPEWISE_INVALID_ARGUMENT};
    if (shapes_differ(c)) return {SLOPEWISE_SHAPE_MISMATCH};
    if (has_wrong_numbers(c)) return {SLOPEWISE_INVALID_ARGUMENT};
    if (leaves(c, arena)) return {SLOPEWISE_OK, false, true};
    sharing found = sharing_of(c, arena);
    if (found == sharing::some) return {SLOPEWISE_OVERLAP};
    return {has_variant(c.asked()) ? SLOPEWISE_OK : SLOPEWISE_UNAVAILABLE_VARIANT, found == sharing::unproven};
}

}  // namespace slopewise::test
