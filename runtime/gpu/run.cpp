// A request on a GPU: one run, or rows, in launches of the kernels that move 16 bytes a thread where everything is aligned to
// as many, and of those that move an element a thread for what is left.
#include <algorithm>
#include <cstdlib>

#include "gpu/arguments.h"
#include "gpu/cuda.h"
#include "gpu/gpu.h"
#include "gpu/opencl.h"
#include "request/error.h"
#include "tensor/plan.h"

namespace slopewise {
namespace {

constexpr int64_t vector_bytes = 16;

kernel keyed(kernel k) {
    switch (k) {
        case kernel::rrelu:
            return kernel::rrelu_keyed;
        case kernel::rrelu_noise:
            return kernel::rrelu_noise_keyed;
        default:
            return kernel::rrelu_backward_keyed;
    }
}

/// A space as rows of elements that follow each other in every tensor; rows of one element, if need be.
struct gpu_rows {
    int64_t n, rows;
    int dim;  ///< along which the rows lie, or -1

    explicit gpu_rows(const space &s) {
        int inner = s.ndim - 1;
        bool contiguous = !s.random || s.index_stride[inner] == 1;
        for (int o = 0; o < s.operands; o++) contiguous = contiguous && s.operand_of[o].stride[inner] == s.itemsize;
        n = contiguous ? s.extent[inner] : 1;
        dim = contiguous ? inner - 1 : inner;
        rows = dim >= 0 ? s.extent[dim] : 1;
    }
    bool fits(bool has_rows) const { return dim < (has_rows ? 1 : 0); }
    int64_t stride(const operand &o) const { return dim >= 0 ? o.stride[dim] : 0; }
};

uintptr_t host_address_of(const request &r, const void *buffer) {
    for (int i = 0; buffer && i < r.count; i++) {
        if (r.tensor(i).data == buffer) return r.tensors[i].host_address;
    }
    return 0;
}

/// The launches of a request.
class gpu_work {
public:
    gpu_work(const request &r, const variant &v, const space &s, const gpu_rows &as) : v(v), itemsize(s.itemsize) {
        const operation_info &op = info(r.op);
        id = r.op == operation::rrelu && r.count == 3 ? op.noise : op.plain;
        if (op.random) random = {slopewise_fixed_point(r.lower, r.upper), r.params->seed, r.params->stream};
        whole.device = v.device;
        whole.type = s.type;
        whole.has_rows = r.concatenates;
        whole.operands = s.operands;
        whole.slope = r.has_slope ? &r.slope : nullptr;
        whole.random = op.random ? &random : nullptr;
        whole.key = op.random ? r.params->key : nullptr;
        whole.index = s.index;
        if (whole.key) id = keyed(id);
        whole.n = as.n;
        whole.rows = as.rows;
        for (int o = s.operands; o-- > 0;) {
            const operand &from = s.operand_of[o];
            whole.tensors[o] = {from.data, from.buffer, as.stride(from)};
            beyond[o] = host_address_of(r, from.buffer) % vector_bytes;
            if (from.written) whole.first_output = o;
        }
    }

    bool has_kernels() const { return v.function(id, whole.type, stores::plain) && v.function(id, whole.type, stores::wide); }

    /// Calls launch(const gpu_launch &) for each.
    template <class Launch>
    void each(Launch launch) const {
        const int64_t rows = rows_of_a_launch();
        for (int64_t row = 0; row < whole.rows; row += rows) {
            gpu_launch some = whole;
            some.rows = std::min(rows, whole.rows - row);
            for (int o = 0; o < some.operands; o++) some.tensors[o].data += row * some.tensors[o].row_stride;
            each_of_columns(some, launch);
        }
    }

private:
    /// Kernels count elements, and the distance from row to row, in int32.
    int64_t rows_of_a_launch() const {
        int64_t longest = whole.n;
        for (int o = 0; o < whole.operands; o++) longest = std::max(longest, std::abs(whole.tensors[o].row_stride) / itemsize);
        return std::max<int64_t>(1, max_call_elements / longest);
    }

    bool all_aligned() const {
        const int64_t own = vector_bytes / itemsize;
        bool aligned = whole.index % uint64_t(own) == 0 && (whole.rows == 1 || whole.n % own == 0);
        for (int o = 0; o < whole.operands; o++) {
            aligned = aligned && (reinterpret_cast<uintptr_t>(whole.tensors[o].data) + beyond[o]) % vector_bytes == 0 &&
                      (whole.rows == 1 || whole.tensors[o].row_stride % vector_bytes == 0);
        }
        return aligned;
    }

    template <class Launch>
    void each_of_columns(const gpu_launch &l, Launch launch) const {
        const int64_t vectors = all_aligned() ? l.n * itemsize / vector_bytes : 0, in_vectors = vectors * vector_bytes / itemsize;
        each_piece(l, 0, in_vectors, true, launch);
        each_piece(l, in_vectors, l.n, false, launch);
    }

    template <class Launch>
    void each_piece(const gpu_launch &l, int64_t begin, int64_t end, bool wide, Launch launch) const {
        for (int64_t at = begin; at < end; at += max_call_elements) {
            gpu_launch piece = l;
            piece.wide = wide;
            piece.function = v.function(id, l.type, wide ? stores::wide : stores::plain);
            piece.n = std::min(max_call_elements, end - at);
            piece.index += uint64_t(at);
            for (int o = 0; o < piece.operands; o++) piece.tensors[o].data += at * itemsize;
            launch(piece);
        }
    }

    const variant &v;
    int64_t itemsize;
    kernel id;
    random_state random;
    gpu_launch whole = {};
    uintptr_t beyond[max_tensors];  ///< bytes from a multiple of a vector to where a tensor's buffer begins
};

template <class Call>
slopewise_status launch_all(const gpu_work &work, Call &call) {
    int launches = 0;
    work.each([&](const gpu_launch &) { launches++; });
    if (launches > 1) {
        call.load_only = true;
        work.each([&](const gpu_launch &l) { call_kernel(l, &call); });
        call.load_only = false;
    }
    work.each([&](const gpu_launch &l) {
        if (!call.status) call_kernel(l, &call);
    });
    return call.status;
}

slopewise_status refuse_layout(const request &r, const space &s) {
    return fail(SLOPEWISE_UNSUPPORTED_DEVICE, "%s: %s lies on a GPU, where %s", r.name(), r.tensors[0].name,
                s.random         ? "random slopes take contiguous tensors and index strides only"
                : r.concatenates ? "a concatenation takes contiguous rows only"
                                 : "all tensors must be dense and in one order");
}

}  // namespace

slopewise_status run_on_gpu(const request &r) {
    const DLTensor &first = r.tensor(0);
    const variant *v = choose_gpu_variant(device_of(first), first.device.device_id, r.options ? r.options->variant : nullptr);
    if (!v) return SLOPEWISE_UNAVAILABLE_VARIANT;
    if (is_empty(first)) return SLOPEWISE_OK;
    space s;
    make_space(r, s);
    gpu_rows as(s);
    if (!as.fits(r.concatenates)) return refuse_layout(r, s);
    gpu_work work(r, *v, s, as);
    if (!work.has_kernels()) return fail(SLOPEWISE_UNSUPPORTED_DEVICE, "%s: the variant %s has no kernel for it", r.name(), v->name);
    void *stream = r.options ? r.options->stream : nullptr;
    if (v->device == device_kind::cuda) {
        cuda::call call(r.name(), s.type, first.device.device_id, stream);
        return launch_all(work, call);
    }
    opencl::call call(r.name(), s.type, stream, first.data);
    slopewise_status status = launch_all(work, call);
    call.finish();
    return status ? status : call.status;
}

}  // namespace slopewise
