// How a kernel's stores to its outputs are turned into non-temporal ones, or preceded by prefetches.
#pragma once

#include <llvm/IR/Module.h>

#include <cstdint>
#include <string>
#include <vector>

namespace slopewise::stores {

/// What the machine code must show, in bytes of stores and in instructions.
struct marks {
    int stores = 0;
    uint64_t streamed_bytes = 0;
    int prefetches = 0;
};

/// Outputs are declared with this alignment in kernels that stream.
constexpr uint64_t output_alignment = 64;

/// Marks every vector store to `outputs` (names of Halide buffers) as non-temporal. Throws std::runtime_error if one of
/// them is not known to be aligned, or if there is none for an output.
marks mark_streaming(llvm::Module &m, const std::vector<std::string> &outputs);

/// Puts before every vector store to `outputs` a prefetch for writing of the lines `distance` bytes ahead. Throws
/// std::runtime_error if there is none for an output.
marks insert_prefetches(llvm::Module &m, const std::vector<std::string> &outputs, int64_t distance);

}  // namespace slopewise::stores
