// The header of NumPy's .npy files, versions 1.0 to 3.0 (numpy.lib.format).
#pragma once

#include <dlpack/dlpack.h>

#include <cstdint>
#include <string>
#include <vector>

namespace slopewise::cli {

struct npy_header {
    std::string descr;  ///< e.g. "<f4"
    bool fortran_order = false;
    std::vector<int64_t> shape;
    size_t data_offset = 0;  ///< where the elements begin in the file
};

/// Reads a header from the first `size` bytes of a file. `path` is for messages. Throws failure.
npy_header parse_npy(const char *bytes, size_t size, const std::string &path);

/// The bytes of a header, padded so that the elements begin on a multiple of 64.
std::string format_npy(const npy_header &header);

/// The DLPack type of a description; uint16 counts as bfloat16 where `bf16` is set. Throws failure.
DLDataType dtype_of(const npy_header &header, bool bf16, const std::string &path);

/// Strides in elements.
std::vector<int64_t> strides_of(const npy_header &header);

/// Bytes of all elements. Throws failure where that does not fit 63 bits.
uint64_t data_bytes(const npy_header &header, DLDataType type, const std::string &path);

}  // namespace slopewise::cli
