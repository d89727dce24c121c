// Training RReLU as a custom call of XLA on CPUs: buffers of XLA become tensors of the library. slopewise/jax/_ffi.py is
// the only caller, and has checked types and shapes.
#include <xla/ffi/api/ffi.h>

#include "slopewise/slopewise.h"

namespace {

namespace ffi = xla::ffi;
using words = ffi::Buffer<ffi::U32>;

DLDataType dlpack_type(ffi::DataType type) {
    uint8_t code = type == ffi::BF16 ? kDLBfloat : kDLFloat;
    return {code, uint8_t(8 * ffi::ByteWidth(type)), 1};
}

uint64_t pair(const uint32_t *low_first) { return low_first[0] | uint64_t{low_first[1]} << 32; }

/// Operands are x, key (uint32[4]) and offset (uint32[2]), all with the same batch dimensions in front. Index strides are
/// those of x's other dimensions.
ffi::Error rrelu(ffi::AnyBuffer x, words key, words offset, ffi::Result<ffi::AnyBuffer> y, double lower, double upper,
                 ffi::Span<const int64_t> index_strides) {
    size_t batch = offset.element_count() / 2;
    if (x.element_count() == 0) return ffi::Error::Success();
    uint64_t bytes = x.size_bytes() / batch;
    int32_t dims = int32_t(index_strides.size());
    auto *shape = const_cast<int64_t *>(x.dimensions().end()) - dims;
    DLTensor from = {x.untyped_data(), {kDLCPU, 0}, dims, dlpack_type(x.element_type()), shape, nullptr, 0}, to = from;
    to.data = y->untyped_data();
    for (size_t b = 0; b < batch; b++) {
        const uint32_t *k = key.typed_data() + 4 * b, *o = offset.typed_data() + 2 * b;
        slopewise_rrelu_params params = {lower, upper, pair(k), pair(k + 2), pair(o), index_strides.begin(), nullptr};
        from.byte_offset = to.byte_offset = b * bytes;
        if (slopewise_rrelu(&from, &params, &to, nullptr, nullptr)) return ffi::Error::Internal(slopewise_last_error());
    }
    return ffi::Error::Success();
}

}  // namespace

extern "C" __attribute__((visibility("default"))) XLA_FFI_Error *slopewise_jax_rrelu(XLA_FFI_CallFrame *);
XLA_FFI_DEFINE_HANDLER_SYMBOL(slopewise_jax_rrelu, rrelu,
                              ffi::Ffi::Bind()
                                  .Arg<ffi::AnyBuffer>()
                                  .Arg<words>()
                                  .Arg<words>()
                                  .Ret<ffi::AnyBuffer>()
                                  .Attr<double>("lower")
                                  .Attr<double>("upper")
                                  .Attr<ffi::Span<const int64_t>>("index_strides"));
