/* halide_buffer_t as the generated kernels take it, laid out as in Halide 21's HalideRuntime.h. Where that header can
 * be included, it is: both define the same names, so that either may come first. */
#ifndef SLOPEWISE_HALIDE_BUFFER_H
#define SLOPEWISE_HALIDE_BUFFER_H

#include <stdint.h>

#if defined(__has_include)
#if __has_include(<HalideRuntime.h>)
#include <HalideRuntime.h>
#endif
#endif

#ifndef HALIDE_HALIDERUNTIME_H

#ifdef __cplusplus
extern "C" {
#endif

/* Counts are in elements. */
typedef struct halide_dimension_t {
  int32_t min, extent, stride;
  uint32_t flags;
} halide_dimension_t;

struct halide_type_t {
  uint8_t code, bits;
  uint16_t lanes;
};

struct halide_device_interface_t;

typedef struct halide_buffer_t {
  uint64_t device;
  const struct halide_device_interface_t *device_interface;
  uint8_t *host;
  uint64_t flags;
  struct halide_type_t type;
  int32_t dimensions;
  halide_dimension_t *dim;
  void *padding;
} halide_buffer_t;

#ifdef __cplusplus
}
#endif

#endif
#endif
