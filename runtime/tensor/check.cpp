#include "tensor/check.h"

#include <algorithm>
#include <cfloat>
#include <cinttypes>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include "request/devices.h"
#include "request/error.h"
#include "request/options.h"
#include "tensor/overlap.h"
#include "tensor/view.h"

namespace slopewise {
namespace {

constexpr auto ok = SLOPEWISE_OK;
constexpr auto invalid = SLOPEWISE_INVALID_ARGUMENT;

/// a *= b, or false beyond 63 bits; neither is negative.
bool multiply(int64_t &a, int64_t b) { return !__builtin_mul_overflow(a, b, &a); }

/// Elements, bytes and the distance between the first and last byte of a tensor that is not empty must fit 63 bits.
bool sizes_fit(const DLTensor &t) {
    int64_t bits = int64_t{t.dtype.bits} * (t.dtype.lanes ? t.dtype.lanes : 1), item = std::max<int64_t>((bits + 7) / 8, 1);
    int64_t bytes = item, last = 0;  // last: elements before the one furthest away
    for (int d = 0; d < t.ndim; d++) {
        if (!multiply(bytes, t.shape[d])) return false;
    }
    for (int d = 0; t.strides && d < t.ndim; d++) {
        if (t.shape[d] <= 1) continue;
        int64_t reach = t.strides[d];
        if (reach == INT64_MIN || !multiply(reach = std::abs(reach), t.shape[d] - 1) || __builtin_add_overflow(last, reach, &last))
            return false;
    }
    return last < INT64_MAX / item;
}

slopewise_status check_tensor(const char *op, const argument &a) {
    if (!a.tensor) return fail(invalid, "%s: %s is NULL, expected a tensor", op, a.name);
    const DLTensor &t = *a.tensor;
    if (t.ndim < 0 || t.ndim > max_dims) return fail(invalid, "%s: %s has ndim %d, expected 0 to %d", op, a.name, t.ndim, max_dims);
    if (t.ndim > 0 && !t.shape) return fail(invalid, "%s: %s has shape NULL with ndim %d", op, a.name, t.ndim);
    for (int d = 0; d < t.ndim; d++) {
        if (t.shape[d] < 0) {
            return fail(invalid, "%s: %s has extent %" PRId64 " in dimension %d, expected 0 or more", op, a.name, t.shape[d], d);
        }
    }
    if (is_empty(t)) return ok;
    if (!t.data) return fail(invalid, "%s: %s has data NULL and is not empty", op, a.name);
    if (!sizes_fit(t)) return fail(invalid, "%s: %s spans more than 2^63 - 1 elements or bytes", op, a.name);
    return ok;
}

/// The size of the structure before its first new member.
constexpr size_t first_options_size = offsetof(slopewise_options, stores);
/// Beyond it the field was never set: looking at so many bytes could leave readable memory.
constexpr size_t largest_options_size = 4096;

slopewise_status check_options(const char *op, const slopewise_options *o) {
    if (!o) return ok;
    if (o->struct_size < first_options_size) {
        return fail(invalid, "%s: options: struct_size is %zu, expected sizeof(slopewise_options) = %zu", op, o->struct_size,
                    first_options_size);
    }
    if (o->struct_size > largest_options_size) {
        return fail(invalid, "%s: options: struct_size is %zu, expected at most %zu", op, o->struct_size, largest_options_size);
    }
    const char *bytes = reinterpret_cast<const char *>(o);
    for (size_t at = sizeof *o; at < o->struct_size; at++) {
        if (bytes[at]) return fail(invalid, "%s: options: byte %zu is set, which this version does not know", op, at);
    }
    if (o->threads < 0) return fail(invalid, "%s: options: threads is %d, expected 0 or more", op, o->threads);
    stores kind;
    const char *asked = stores_asked(o);
    if (asked && !find_stores(asked, &kind)) {
        return fail(invalid, "%s: options: stores is \"%.40s\", expected plain, streaming, prefetch or NULL", op, asked);
    }
    return ok;
}

slopewise_status check_structure(const request &r) {
    for (int i = 0; i < r.count; i++) {
        if (slopewise_status s = check_tensor(r.name(), r.tensors[i])) return s;
    }
    if (info(r.op).random && !r.params) return fail(invalid, "%s: params is NULL", r.name());
    return check_options(r.name(), r.options);
}

const char *device_name(const DLTensor &t) {
    constexpr const char *names[] = {"CPU", "CUDA", "OpenCL"};
    device_kind kind;
    return to_device_kind(t, &kind) ? names[int(kind)] : "unknown";
}

bool same_device(const DLTensor &a, const DLTensor &b) {
    device_kind kind_a, kind_b;
    bool known_a = to_device_kind(a, &kind_a), known_b = to_device_kind(b, &kind_b);
    bool same_kind = known_a && known_b ? kind_a == kind_b : device_type(a) == device_type(b);
    bool one_of_a_kind = known_a && kind_a == device_kind::cpu;
    return same_kind && (one_of_a_kind || a.device.device_id == b.device.device_id);
}

/// On a device; of types that no operation takes, the check of types speaks.
slopewise_status check_alignment(const request &r, argument &a) {
    const DLTensor &t = *a.tensor;
    dtype type;
    if (is_empty(t) || !to_dtype(t.dtype, &type)) return ok;
    bool in_buffer = device_of(t) == device_kind::opencl;
    if (in_buffer) {
        if (slopewise_status s = find_host_address(r.name(), t.data, &a.host_address)) return s;
    }
    uint64_t place = t.byte_offset + (in_buffer ? a.host_address : reinterpret_cast<uintptr_t>(t.data));
    if (place % uint64_t(size_of(type)) == 0) return ok;
    return fail(invalid, "%s: %s lies at %#" PRIx64 " on its device, expected a multiple of its element size, %d", r.name(), a.name, place,
                size_of(type));
}

slopewise_status check_gpu(request &r) {
    const DLTensor &first = r.tensor(0);
    device_kind kind = device_kind::cpu;
    char problem[200] = "Slopewise knows no such devices";
    if (!to_device_kind(first, &kind) || !gpu_usable(kind, first.device.device_id, problem, sizeof problem)) {
        return fail(SLOPEWISE_UNSUPPORTED_DEVICE, "%s: %s is on %s device %d (DLPack type %d): %s", r.name(), r.tensors[0].name,
                    device_name(first), first.device.device_id, device_type(first), problem);
    }
    for (int i = 0; i < r.count; i++) {
        if (slopewise_status s = check_alignment(r, r.tensors[i])) return s;
    }
    return ok;
}

slopewise_status check_key(const request &r, device_kind kind) {
    const uint64_t *key = r.params ? r.params->key : nullptr;
    if (!key) return ok;
    auto place = reinterpret_cast<uintptr_t>(key);
    // A handle is the address of something of the driver's, which crashes on what is none.
    if (kind == device_kind::opencl && place % alignof(uint64_t) == 0) {
        if (slopewise_status s = find_host_address(r.name(), key, &place)) return s;
    }
    if (place % alignof(uint64_t) == 0) return ok;
    return fail(invalid, "%s: key is at %#" PRIxPTR ", expected an address that is a multiple of 8", r.name(), place);
}

slopewise_status check_devices(request &r) {
    const DLTensor &first = r.tensor(0);
    for (int i = 1; i < r.count; i++) {
        const DLTensor &t = r.tensor(i);
        if (!same_device(first, t)) {
            return fail(SLOPEWISE_DEVICE_MISMATCH, "%s: %s is on %s device %d (DLPack type %d), %s on %s device %d (type %d)", r.name(),
                        r.tensors[0].name, device_name(first), first.device.device_id, device_type(first), r.tensors[i].name,
                        device_name(t), t.device.device_id, device_type(t));
        }
    }
    device_kind kind = device_kind::cpu;
    bool on_cpu = to_device_kind(first, &kind) && kind == device_kind::cpu;
    if (slopewise_status s = on_cpu ? ok : check_gpu(r)) return s;
    return check_key(r, kind);
}

struct dtype_text {
    char text[48];
    explicit dtype_text(DLDataType t) {
        dtype known;
        if (to_dtype(t, &known)) {
            std::snprintf(text, sizeof text, "%s", name(known));
            return;
        }
        const char *codes[] = {"int", "uint", "float", "handle", "bfloat", "complex", "bool"};
        std::snprintf(text, sizeof text, "%s%dx%d (DLPack code %d)", t.code < 7 ? codes[t.code] : "unknown", int(t.bits), int(t.lanes),
                      int(t.code));
    }
};

slopewise_status check_dtypes(const request &r) {
    for (int i = 0; i < r.count; i++) {
        dtype t;
        if (!to_dtype(r.tensor(i).dtype, &t) || !info(r.op).supports(t)) {
            return fail(SLOPEWISE_UNSUPPORTED_DTYPE, "%s: %s has dtype %s, which %s does not take", r.name(), r.tensors[i].name,
                        dtype_text(r.tensor(i).dtype).text, r.name());
        }
    }
    for (int i = 1; i < r.count; i++) {
        DLDataType a = r.tensor(0).dtype, b = r.tensor(i).dtype;
        if (a.code != b.code || a.bits != b.bits) {
            return fail(SLOPEWISE_DTYPE_MISMATCH, "%s: %s has dtype %s, %s has %s", r.name(), r.tensors[0].name, dtype_text(a).text,
                        r.tensors[i].name, dtype_text(b).text);
        }
    }
    return ok;
}

struct shape_text {
    char text[200];
    explicit shape_text(const DLTensor &t) {
        size_t at = size_t(std::snprintf(text, sizeof text, "["));
        for (int d = 0; d < t.ndim && at < sizeof text - 28; d++) {
            at += size_t(std::snprintf(text + at, sizeof text - at, "%s%" PRId64, d ? ", " : "", t.shape[d]));
        }
        std::snprintf(text + at, sizeof text - at, at < sizeof text - 28 ? "]" : ", ...]");
    }
};

/// `long_one` is x's shape, but twice as long at the axis where that is asked.
bool shapes_agree(const DLTensor &x, const DLTensor &other, int doubled_axis) {
    if (x.ndim != other.ndim) return false;
    for (int d = 0; d < x.ndim; d++) {
        bool half = d == doubled_axis;
        if (half ? other.shape[d] % 2 || other.shape[d] / 2 != x.shape[d] : other.shape[d] != x.shape[d]) return false;
    }
    return true;
}

slopewise_status check_shapes(request &r) {
    // crelu's x comes first and its long y last; crelu_backward's long grad_y comes first and x after it.
    int short_one = r.concatenates && r.op == operation::crelu_backward ? 1 : 0;
    int long_one = r.concatenates ? (short_one ? 0 : r.count - 1) : -1;
    const DLTensor &x = r.tensor(short_one);
    if (r.concatenates) {
        if (r.axis < -x.ndim || r.axis >= x.ndim) {
            return fail(invalid, "%s: axis is %d, but %s has %d dimensions", r.name(), r.axis, r.tensors[short_one].name, x.ndim);
        }
        if (r.axis < 0) r.axis += x.ndim;
    }
    for (int i = 0; i < r.count; i++) {
        if (shapes_agree(x, r.tensor(i), i == long_one ? r.axis : -1)) continue;
        if (i == long_one) {
            return fail(SLOPEWISE_SHAPE_MISMATCH, "%s: %s has shape %s, %s has %s, expected twice the extent at axis %d", r.name(),
                        r.tensors[short_one].name, shape_text(x).text, r.tensors[i].name, shape_text(r.tensor(i)).text, r.axis);
        }
        return fail(SLOPEWISE_SHAPE_MISMATCH, "%s: %s has shape %s, %s has %s", r.name(), r.tensors[short_one].name, shape_text(x).text,
                    r.tensors[i].name, shape_text(r.tensor(i)).text);
    }
    return ok;
}

slopewise_status check_magnitude(const request &r, const char *what, double value, dtype t) {
    if (std::fabs(value) <= largest_of(t)) return ok;  // false for NaN
    return fail(invalid, "%s: %s is %g, expected a magnitude of at most %g for %s", r.name(), what, value, largest_of(t), name(t));
}

/// Bounds are both finite, in order and in range.
slopewise_status check_bounds(const request &r, dtype t) {
    if (are_right_bounds(r.lower, r.upper, t)) return ok;
    if (!std::isfinite(r.lower)) return fail(invalid, "rrelu: lower bound must be finite, got %g", r.lower);
    if (!std::isfinite(r.upper)) return fail(invalid, "rrelu: upper bound must be finite, got %g", r.upper);
    if (r.lower > r.upper) {
        return fail(invalid, "Lower bound should be less than or equal to the upper bound, got lower = %.17g, upper = %.17g", r.lower,
                    r.upper);
    }
    if (slopewise_status s = check_magnitude(r, "lower bound", r.lower, t)) return s;
    return check_magnitude(r, "upper bound", r.upper, t);
}

}  // namespace

slopewise_status check_parameters(const request &r, dtype t) {
    slopewise_status s = ok;
    if (r.has_bounds && (s = check_bounds(r, t))) return s;
    if (r.has_slope && (s = check_magnitude(r, r.op == operation::rrelu_eval ? "midpoint" : "slope", r.slope, t))) return s;
    double least = r.has_bounds ? r.lower : r.slope;
    if (r.saved_is_output && least < 0) {
        return fail(invalid, "%s: %s is %g: backward from the output needs one that is not negative; pass the input instead", r.name(),
                    r.has_bounds ? "lower bound" : "slope", least);
    }
    return ok;
}

slopewise_status check(request &r) {
    slopewise_status s = ok;
    if ((s = check_structure(r))) return s;
    if ((s = check_devices(r))) return s;
    if ((s = check_dtypes(r))) return s;
    if ((s = check_shapes(r))) return s;
    dtype t{};
    (void)to_dtype(r.tensor(0).dtype, &t);
    if ((s = check_parameters(r, t))) return s;
    return check_overlap(r);
}

}  // namespace slopewise
