#include "tensor/plan.h"

#include <utility>

namespace slopewise {
namespace {

void add_operand(space &s, const view &v, bool written, int64_t byte_offset = 0) {
    operand &o = s.operand_of[s.operands++];
    o.data = v.data + byte_offset;
    o.buffer = v.buffer;
    o.written = written;
    for (int d = 0; d < v.ndim; d++) o.stride[d] = v.stride[d];
}

/// The long tensor of a concatenation has the strides of both its halves, also where x's extent is 1.
void add_halves(space &s, const view &v, int axis, bool written) {
    int64_t half = v.extent[axis] / 2 * v.stride[axis];
    add_operand(s, v, written);
    add_operand(s, v, written, half);
}

void set_indices(space &s, const slopewise_rrelu_params &p, const DLTensor &x) {
    const int64_t *extent = x.shape;
    s.index = device_of(x) == device_kind::cpu ? first_index(p) : p.offset;
    uint64_t row_major = 1;
    for (int d = s.ndim - 1; d >= 0; d--) {
        s.index_stride[d] = p.index_strides ? uint64_t(p.index_strides[d]) : row_major;
        row_major *= uint64_t(extent[d]);
    }
}

void copy_dim(space &s, int to, int from) {
    s.extent[to] = s.extent[from];
    s.index_stride[to] = s.index_stride[from];
    for (int o = 0; o < s.operands; o++) s.operand_of[o].stride[to] = s.operand_of[o].stride[from];
}

void drop_unit_dims(space &s) {
    int kept = 0;
    for (int d = 0; d < s.ndim; d++) {
        if (s.extent[d] > 1) copy_dim(s, kept++, d);
    }
    s.ndim = kept;
}

/// Walks memory upwards: a dimension in which the output runs down is turned round.
void turn_negative_dims(space &s) {
    for (int d = 0; d < s.ndim; d++) {
        if (s.first_output().stride[d] >= 0) continue;
        int64_t last = s.extent[d] - 1;
        for (int o = 0; o < s.operands; o++) {
            s.operand_of[o].data += last * s.operand_of[o].stride[d];
            s.operand_of[o].stride[d] = -s.operand_of[o].stride[d];
        }
        s.index += uint64_t(last) * s.index_stride[d];
        s.index_stride[d] = 0 - s.index_stride[d];
    }
}

void swap_dims(space &s, int a, int b) {
    std::swap(s.extent[a], s.extent[b]);
    std::swap(s.index_stride[a], s.index_stride[b]);
    for (int o = 0; o < s.operands; o++) std::swap(s.operand_of[o].stride[a], s.operand_of[o].stride[b]);
}

/// Insertion sort by the output's stride, largest first: stable, and most tensors come sorted.
void sort_dims(space &s) {
    for (int i = 1; i < s.ndim; i++) {
        for (int d = i; d > 0 && s.first_output().stride[d] > s.first_output().stride[d - 1]; d--) swap_dims(s, d, d - 1);
    }
}

bool can_join(const space &s, int outer, int inner) {
    for (int o = 0; o < s.operands; o++) {
        const int64_t *stride = s.operand_of[o].stride;
        if (stride[outer] != s.extent[inner] * stride[inner]) return false;
    }
    return !s.random || s.index_stride[outer] == uint64_t(s.extent[inner]) * s.index_stride[inner];
}

void join_dims(space &s) {
    int last = 0;
    for (int d = 1; d < s.ndim; d++) {
        if (can_join(s, last, d)) {
            int64_t joined = s.extent[last] * s.extent[d];
            copy_dim(s, last, d);
            s.extent[last] = joined;
        } else {
            copy_dim(s, ++last, d);
        }
    }
    if (s.ndim > 0) s.ndim = last + 1;
}

}  // namespace

void make_space(const request &r, space &s) {
    int shape_giver = r.op == operation::crelu_backward ? 1 : 0;  // not the long tensor
    const DLTensor &x = r.tensor(shape_giver);
    s.ndim = x.ndim;
    s.operands = 0;
    (void)to_dtype(x.dtype, &s.type);
    s.itemsize = size_of(s.type);
    s.random = info(r.op).random;
    s.index = 0;
    for (int d = 0; d < x.ndim; d++) s.extent[d] = x.shape[d];
    view v;
    for (int i = 0; i < r.count; i++) {
        view_of(r.tensor(i), v);
        bool is_long = r.concatenates && (r.op == operation::crelu ? i == 1 : i == 0);
        if (is_long) {
            add_halves(s, v, r.axis, i >= r.inputs);
        } else {
            add_operand(s, v, i >= r.inputs);
        }
    }
    if (s.random) set_indices(s, *r.params, x);
    drop_unit_dims(s);
    turn_negative_dims(s);
    sort_dims(s);
    join_dims(s);
    if (s.ndim > 0) return;
    s.ndim = 1;
    s.extent[0] = 1;
    s.index_stride[0] = 1;
    for (int o = 0; o < s.operands; o++) s.operand_of[o].stride[0] = s.itemsize;
}

}  // namespace slopewise
