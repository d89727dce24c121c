#include "tensor/dense.h"

#include "table/processor.h"
#include "tensor/plan.h"
#include "tensor/view.h"

namespace slopewise {
namespace {

bool plain_options(const slopewise_options *o) { return !o || (o->struct_size == sizeof *o && o->threads >= 0 && !o->stores); }

/// Elements of a row-major tensor that is not empty; 0 if it is another, or too large for its bytes to be counted.
inline int64_t row_major_elements(const DLTensor &t) {
    if (t.ndim < 0 || t.ndim > max_dims || !t.data || (t.ndim > 0 && !t.shape)) return 0;
    int64_t count = 1;
    for (int d = t.ndim - 1; d >= 0; d--) {
        if (t.shape[d] <= 0 || (t.strides && t.shape[d] > 1 && t.strides[d] != count)) return 0;
        if (__builtin_mul_overflow(count, t.shape[d], &count)) return 0;
    }
    return count <= INT64_MAX / 8 ? count : 0;
}

/// Of a tensor beside one that is known to be row-major.
inline bool is_alike(const DLTensor &a, const DLTensor &b) {
    if (a.ndim != b.ndim || (a.ndim > 0 && !b.shape) || std::memcmp(&a.dtype, &b.dtype, sizeof a.dtype) != 0) return false;
    for (int d = 0; d < a.ndim; d++) {
        if (a.shape[d] != b.shape[d]) return false;
    }
    return b.data && (!b.strides || row_major_elements(b) > 0);
}

/// Of ranges of so many bytes, one or more: whether none begins within the other.
bool are_apart(const void *a, uintptr_t a_bytes, const void *b, uintptr_t b_bytes) {
    uintptr_t distance = reinterpret_cast<uintptr_t>(a) - reinterpret_cast<uintptr_t>(b);
    return distance + (a_bytes - 1) >= a_bytes + b_bytes - 1;
}

/// Every output apart from every other tensor, or exactly the first input.
inline bool disjoint(const request &r, const dense_run &d, uintptr_t bytes) {
    for (int o = r.inputs; o < r.count; o++) {
        for (int i = 0; i < o; i++) {
            bool in_place = i == 0 && o == r.inputs && d.data[i] == d.data[o];
            if (!in_place && !are_apart(d.data[o], bytes, d.data[i], bytes)) return false;
        }
        if (r.params && r.params->key && !are_apart(d.data[o], bytes, r.params->key, 3 * sizeof(uint64_t))) return false;
    }
    return true;
}

bool own_indices(const slopewise_rrelu_params *p) {
    return p && !p->index_strides && reinterpret_cast<uintptr_t>(p->key) % alignof(uint64_t) == 0;
}

}  // namespace

bool is_dense(const request &r, dtype &type, dense_run &run) {
    if (r.concatenates || !plain_options(r.options) || (info(r.op).random && !own_indices(r.params))) return false;
    const DLTensor *first = r.tensors[0].tensor;
    if (!first || device_type(*first) != kDLCPU || (run.n = row_major_elements(*first)) == 0) return false;
    if (!to_dtype(first->dtype, &type) || !info(r.op).supports(type)) return false;
    for (int i = 0; i < r.count; i++) {
        const DLTensor *t = r.tensors[i].tensor;
        if (i > 0 && (!t || device_type(*t) != kDLCPU || !is_alike(*first, *t))) return false;
        run.data[i] = address_of(*t);
        if (!kernels_reach(run.data[i], size_of(type))) return false;
    }
    run.index = r.params ? first_index(*r.params) : 0;
    return disjoint(r, run, uintptr_t(run.n) * unsigned(size_of(type)));
}

}  // namespace slopewise
