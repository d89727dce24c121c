/* Slopewise: rectifier activations, forward and backward, with the same bytes on every target.
 *
 * Every tensor is a DLTensor of DLPack (C99). Tensors have up to 64 dimensions and any strides; a NULL `strides` means
 * row-major. Inputs may broadcast with stride 0, outputs may not. An output may be exactly the operand that a function
 * names as "in place"; otherwise it may share no byte with an operand or another output.
 *
 * Every function returns a status. A call that fails writes nothing and leaves one message for slopewise_last_error().
 * All functions may be called from any number of threads at once. A call with strided tensors uses up to 272 KiB of
 * stack; no call allocates memory that grows with the tensor.
 *
 * What each function computes, to the bit, is in docs/contract.md. */
#ifndef SLOPEWISE_SLOPEWISE_H
#define SLOPEWISE_SLOPEWISE_H

#include <dlpack/dlpack.h>
#include <stddef.h>
#include <stdint.h>

#include "slopewise/version.h"

#if defined(__GNUC__)
#define SLOPEWISE_API __attribute__((visibility("default")))
#else
#define SLOPEWISE_API
#endif
#if defined(__cplusplus) && __cplusplus >= 201703L
#define SLOPEWISE_NODISCARD [[nodiscard]]
#elif defined(__GNUC__)
#define SLOPEWISE_NODISCARD __attribute__((warn_unused_result))
#else
#define SLOPEWISE_NODISCARD
#endif
#define SLOPEWISE_CALL SLOPEWISE_NODISCARD SLOPEWISE_API slopewise_status

#ifdef __cplusplus
extern "C" {
#endif

typedef enum slopewise_status {
  SLOPEWISE_OK = 0,
  SLOPEWISE_INVALID_ARGUMENT,
  SLOPEWISE_UNSUPPORTED_DTYPE,
  SLOPEWISE_SHAPE_MISMATCH,
  SLOPEWISE_DTYPE_MISMATCH,
  SLOPEWISE_DEVICE_MISMATCH,
  SLOPEWISE_OVERLAP,
  SLOPEWISE_UNSUPPORTED_DEVICE,
  SLOPEWISE_UNAVAILABLE_VARIANT,
  SLOPEWISE_DEVICE_ERROR,
  SLOPEWISE_OUT_OF_MEMORY,
  SLOPEWISE_INTERNAL
} slopewise_status;

/* "ok", "invalid argument", ...; "unknown status" for a value that is none. */
SLOPEWISE_API const char *slopewise_status_name(slopewise_status status);

/* The message of this thread's last failure, "" before the first. A success leaves it as it is, like errno. */
SLOPEWISE_API const char *slopewise_last_error(void);

/* "major.minor.patch" of the library that is linked. */
SLOPEWISE_API const char *slopewise_version(void);

/* Where the random slopes of RReLU come from. Element i (see docs/contract.md for the index) takes a slope that is a
 * pure function of (seed, stream, i) and the bounds: nearly uniform in [lower, upper). */
typedef struct slopewise_rrelu_params {
  double lower, upper;          /* finite, lower <= upper; PyTorch's defaults are 1/8 and 1/3 */
  uint64_t seed, stream;        /* any values; a different stream for each layer and step, say */
  uint64_t offset;              /* index of the tensor's first element */
  const int64_t *index_strides; /* one a dimension; NULL: the row-major strides of the tensor's own shape */
  const uint64_t *key; /* NULL, or {seed, stream, blocks} in the tensor's own memory (8-byte aligned; of OpenCL a cl_mem
                          that begins with them), read when the kernel runs: replaces seed and stream, and adds
                          8 * blocks to the index */
} slopewise_rrelu_params;

typedef void (*slopewise_task)(void *closure, int64_t begin, int64_t end);

/* NULL wherever it is taken: all defaults. Zero-initialise it and set struct_size. */
typedef struct slopewise_options {
  size_t struct_size;  /* sizeof(slopewise_options) */
  const char *variant; /* NULL: the best that runs here; else a name of slopewise_variants(), e.g. "avx2" */
  int threads;         /* 0: chosen by size; 1: this thread only; more: at most so many */
  /* A caller's own thread pool. It must call task(closure, b, e) so that all of [begin, end) is covered once, on any
     threads and in pieces of any size, and return when all is done. */
  void (*parallel_for)(void *pool, int64_t begin, int64_t end, int64_t grain, slopewise_task task, void *closure);
  void *pool;   /* handed to parallel_for; NULL parallel_for: the built-in pool */
  void *stream; /* CUstream or cl_command_queue for tensors on a GPU; unused on a CPU. NULL: the default stream of CUDA;
                   of OpenCL a queue of the library's own, for which the call waits */
  /* How outputs on a CPU are written: "plain", "streaming" (past the caches) or "prefetch" (their lines fetched ahead);
     NULL: chosen by size. In place, and where this build has no such kernels, they are written plainly. */
  const char *stores;
} slopewise_options;

/* y = x < 0 ? +0 : x. Floats, signed integers; u8 is the identity. x and y: same shape and dtype. In place: y of x. */
SLOPEWISE_CALL slopewise_relu(const DLTensor *x, const DLTensor *y, const slopewise_options *options);

/* grad_x = x_or_y <= 0 ? +0 : grad_y. Floats. All three: same shape and dtype. In place: grad_x of grad_y. */
SLOPEWISE_CALL slopewise_relu_backward(const DLTensor *grad_y, const DLTensor *x_or_y, const DLTensor *grad_x,
                                       const slopewise_options *options);

/* y = x <= 0 ? x * slope : x. Floats. `slope` finite in the computing type. In place: y of x. */
SLOPEWISE_CALL slopewise_leaky_relu(const DLTensor *x, double slope, const DLTensor *y,
                                    const slopewise_options *options);

/* grad_x = saved > 0 ? grad_y : grad_y * slope. With saved_is_output, `saved` is y, and slope must not be negative.
 * In place: grad_x of grad_y. */
SLOPEWISE_CALL slopewise_leaky_relu_backward(const DLTensor *grad_y, const DLTensor *saved, int saved_is_output,
                                             double slope, const DLTensor *grad_x, const slopewise_options *options);

/* Training RReLU: y = x <= 0 ? x * r : x with a random slope r for each element; where `noise` is given, noise is r
 * where x <= 0, else 1. Floats; y and noise have x's shape and dtype. In place: y of x; noise overlaps neither. */
SLOPEWISE_CALL slopewise_rrelu(const DLTensor *x, const slopewise_rrelu_params *params, const DLTensor *y,
                               const DLTensor *noise /* or NULL */, const slopewise_options *options);

/* Evaluation: leaky ReLU with slope (lower + upper) / 2. In place: y of x. */
SLOPEWISE_CALL slopewise_rrelu_eval(const DLTensor *x, double lower, double upper, const DLTensor *y,
                                    const slopewise_options *options);

/* grad_x = saved <= 0 ? grad_y * r : grad_y with the slopes of the forward call, regenerated from the same params.
 * With saved_is_output, `saved` is y, and lower must not be negative. In place: grad_x of grad_y. */
SLOPEWISE_CALL slopewise_rrelu_backward(const DLTensor *grad_y, const DLTensor *saved, int saved_is_output,
                                        const slopewise_rrelu_params *params, const DLTensor *grad_x,
                                        const slopewise_options *options);

/* grad_x = grad_y * noise, with the noise that slopewise_rrelu wrote. In place: grad_x of grad_y. */
SLOPEWISE_CALL slopewise_rrelu_backward_noise(const DLTensor *grad_y, const DLTensor *noise, const DLTensor *grad_x,
                                              const slopewise_options *options);

/* y = relu(x) and relu(-x) concatenated along `axis` (negative: from the end). Floats and signed integers. y is twice
 * as long as x at the axis. */
SLOPEWISE_CALL slopewise_crelu(const DLTensor *x, int axis, const DLTensor *y, const slopewise_options *options);

/* grad_x = relu_backward(first half of grad_y, x) - relu_backward(second half, -x). Floats. */
SLOPEWISE_CALL slopewise_crelu_backward(const DLTensor *grad_y, const DLTensor *x, int axis, const DLTensor *grad_x,
                                        const slopewise_options *options);

/* Flat forms: n contiguous elements on this thread, for callers who own their loops. No options, no overlap check: x
 * and y are equal or disjoint. NULL with n > 0 is an invalid argument, and so is an n of more than 2^63 - 1 bytes;
 * pointers need not be aligned. f16 and bf16 are bits. */
SLOPEWISE_CALL slopewise_relu_f16(const uint16_t *x, uint16_t *y, size_t n);
SLOPEWISE_CALL slopewise_relu_bf16(const uint16_t *x, uint16_t *y, size_t n);
SLOPEWISE_CALL slopewise_relu_f32(const float *x, float *y, size_t n);
SLOPEWISE_CALL slopewise_relu_f64(const double *x, double *y, size_t n);
SLOPEWISE_CALL slopewise_relu_i8(const int8_t *x, int8_t *y, size_t n);
SLOPEWISE_CALL slopewise_relu_i16(const int16_t *x, int16_t *y, size_t n);
SLOPEWISE_CALL slopewise_relu_i32(const int32_t *x, int32_t *y, size_t n);
SLOPEWISE_CALL slopewise_relu_i64(const int64_t *x, int64_t *y, size_t n);

SLOPEWISE_CALL slopewise_leaky_relu_f16(const uint16_t *x, double slope, uint16_t *y, size_t n);
SLOPEWISE_CALL slopewise_leaky_relu_bf16(const uint16_t *x, double slope, uint16_t *y, size_t n);
SLOPEWISE_CALL slopewise_leaky_relu_f32(const float *x, double slope, float *y, size_t n);
SLOPEWISE_CALL slopewise_leaky_relu_f64(const double *x, double slope, double *y, size_t n);

/* Training RReLU; params->offset is used, params->index_strides is not. */
SLOPEWISE_CALL slopewise_rrelu_f16(const uint16_t *x, const slopewise_rrelu_params *params, uint16_t *y, size_t n);
SLOPEWISE_CALL slopewise_rrelu_bf16(const uint16_t *x, const slopewise_rrelu_params *params, uint16_t *y, size_t n);
SLOPEWISE_CALL slopewise_rrelu_f32(const float *x, const slopewise_rrelu_params *params, float *y, size_t n);
SLOPEWISE_CALL slopewise_rrelu_f64(const double *x, const slopewise_rrelu_params *params, double *y, size_t n);

/* One row for each kernel set that this build holds, best first. The strings live as long as the library. */
typedef struct slopewise_variant {
  const char *name;   /* "avx512", "avx2", "x86-64", ... */
  const char *device; /* "cpu", "cuda", "opencl" */
  int usable;         /* on this machine, now */
  const char *reason; /* why not, or "" */
} slopewise_variant;

/* Writes up to `capacity` rows to `out` (NULL with capacity 0) and returns how many there are. To know what is usable
 * it asks the drivers of GPUs: where this build has variants for them it opens the drivers and initialises CUDA
 * (cuInit), so that children forked later cannot use CUDA. Such a parent calls slopewise_choose() instead, which asks
 * no driver. */
SLOPEWISE_API size_t slopewise_variants(slopewise_variant *out, size_t capacity);

/* What a call on `elements` contiguous elements would use. The strings live as long as the library. */
typedef struct slopewise_choice {
  size_t struct_size; /* sizeof(slopewise_choice), set by the caller, so that it can grow */
  const char *variant, *kernel;
  const char *stores; /* "plain", "streaming", "prefetch" */
  int threads;
} slopewise_choice;

/* `op` and `dtype` as on the command line: "rrelu", "f32". Unknown op, or a structure that is too small: invalid
 * argument; unknown dtype: unsupported dtype; a bad variant in the environment: as a call would. */
SLOPEWISE_CALL slopewise_choose(const char *op, const char *dtype, int64_t elements, slopewise_choice *choice);

/* The same in prose, with the reasons: which variant, store kind and thread count, and why; cut to `capacity` bytes,
 * always terminated (capacity 0 is fine). Errors are those of slopewise_choose(). */
SLOPEWISE_CALL slopewise_explain(const char *op, const char *dtype, int64_t elements, char *out, size_t capacity);

/* What this machine is to the library, as JSON: "machine", which measurements of it are keyed by; "choices", for each
 * pattern of use from how many f32 elements on which stores and threads are taken, with workers "awake" and "asleep",
 * and "source", what says so: this machine's wisdom, the row of its CPU model, those of others or nothing measured;
 * "variants", the ones in force; "class_ends", up to how many bytes, read and written, a call is taken to stay in each
 * level of cache; "wisdom", the file in use, if any, or why it is ignored, and where it belongs. Cut to `capacity`
 * bytes, always terminated (capacity 0 is fine); returns the length of the whole. */
SLOPEWISE_API size_t slopewise_machine(char *out, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
