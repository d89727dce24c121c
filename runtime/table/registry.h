// The kernels that this build holds, as plain data written from the tables in cmake/.
#pragma once

#include <cstdint>

#include "kernel_ids.h"

namespace slopewise {

enum class dtype : uint8_t { f16, bf16, f32, f64, i8, i16, i32, i64, u8, u16 };
constexpr int dtype_count = 10;
constexpr const char *dtype_names[dtype_count] = {"f16", "bf16", "f32", "f64", "i8", "i16", "i32", "i64", "u8", "u16"};
constexpr int dtype_sizes[dtype_count] = {2, 2, 4, 8, 1, 2, 4, 8, 1, 2};

inline const char *name(dtype t) { return dtype_names[static_cast<int>(t)]; }
inline int size_of(dtype t) { return dtype_sizes[static_cast<int>(t)]; }

/// What runs a variant.
enum class device_kind : uint8_t { cpu, cuda, opencl };
constexpr const char *device_kind_names[] = {"cpu", "cuda", "opencl"};

/// A kernel by its argument array: pointers to buffers and scalars, inputs first, outputs last.
using kernel_function = int (*)(void **);

/// Of a call, and of a kernel without its scalars and draws.
constexpr int max_tensors = 4;

struct variant {
    const char *name;
    device_kind device;
    const char *needs;  ///< CPU features, separated by spaces; on CUDA ten times the least compute capability
    const kernel_function (*kernels)[dtype_count];

    kernel_function function(kernel k, dtype t) const { return kernels[static_cast<int>(k)][static_cast<int>(t)]; }

    /// Null where this build has no such form.
    kernel_function function(kernel k, dtype t, stores s) const {
        return function(kernel_forms[static_cast<int>(k)][static_cast<int>(s)], t);
    }
};

/// In order of priority, the best first.
extern const variant variants[];
extern const int variant_count;
constexpr int max_variants = 16;

}  // namespace slopewise
