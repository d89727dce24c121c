// Training RReLU as a custom call of XLA on CPUs: buffers of XLA become tensors of the library.
#include <slopewise/slopewise.h>
#include <xla/ffi/api/ffi.h>

namespace {

namespace ffi = xla::ffi;

bool to_dlpack(ffi::DataType type, DLDataType *out) {
  switch (type) {
    case ffi::F16: *out = {kDLFloat, 16, 1}; return true;
    case ffi::BF16: *out = {kDLBfloat, 16, 1}; return true;
    case ffi::F32: *out = {kDLFloat, 32, 1}; return true;
    case ffi::F64: *out = {kDLFloat, 64, 1}; return true;
    default: return false;
  }
}

uint64_t pair(const uint32_t *words) { return words[0] | uint64_t{words[1]} << 32; }

int64_t product(ffi::Span<const int64_t> extents) {
  int64_t count = 1;
  for (int64_t extent : extents) count *= extent;
  return count;
}

// Operands are x, key (uint32[4]) and offset (uint32[2]), all with the same leading batch dimensions; index strides are
// those of x's other dimensions.
ffi::Error rrelu(ffi::AnyBuffer x, ffi::Buffer<ffi::U32> key, ffi::Buffer<ffi::U32> offset, ffi::Result<ffi::AnyBuffer> y,
                 double lower, double upper, ffi::Span<const int64_t> index_strides) {
  DLDataType type;
  if (!to_dlpack(x.element_type(), &type)) return ffi::Error::InvalidArgument("slopewise_rrelu: x is of no type that it takes");
  ffi::Span<const int64_t> extents = x.dimensions();
  if (extents.size() < index_strides.size()) return ffi::Error::InvalidArgument("slopewise_rrelu: more index strides than dimensions");
  const size_t batch_dims = extents.size() - index_strides.size();
  const int64_t batch = product(extents.first(batch_dims));
  if (key.element_count() != size_t(4 * batch) || offset.element_count() != size_t(2 * batch)) {
    return ffi::Error::InvalidArgument("slopewise_rrelu: expected a key and an offset for each example");
  }
  auto *shape = const_cast<int64_t *>(extents.begin()) + batch_dims;
  const uint64_t bytes = batch ? uint64_t(product(extents)) / batch * (type.bits / 8) : 0;
  DLTensor from = {x.untyped_data(), {kDLCPU, 0}, int32_t(index_strides.size()), type, shape, nullptr, 0}, to = from;
  to.data = y->untyped_data();
  for (int64_t b = 0; b < batch; b++, from.byte_offset += bytes, to.byte_offset += bytes) {
    const uint32_t *words = key.typed_data() + 4 * b;
    slopewise_rrelu_params params = {lower, upper, pair(words), pair(words + 2), pair(offset.typed_data() + 2 * b), index_strides.begin(), nullptr};
    if (slopewise_rrelu(&from, &params, &to, nullptr, nullptr)) return ffi::Error::Internal(slopewise_last_error());
  }
  return ffi::Error::Success();
}

}  // namespace

extern "C" __attribute__((visibility("default"))) XLA_FFI_Error *slopewise_jax_rrelu(XLA_FFI_CallFrame *);
XLA_FFI_DEFINE_HANDLER_SYMBOL(slopewise_jax_rrelu, rrelu,
                              ffi::Ffi::Bind()
                                  .Arg<ffi::AnyBuffer>()
                                  .Arg<ffi::Buffer<ffi::U32>>()
                                  .Arg<ffi::Buffer<ffi::U32>>()
                                  .Ret<ffi::AnyBuffer>()
                                  .Attr<double>("lower")
                                  .Attr<double>("upper")
                                  .Attr<ffi::Span<const int64_t>>("index_strides"));
