// Machine code for a module, with what LLVM's code generator made of its marks.
#pragma once

#include "marks.h"

namespace slopewise::stores {

/// Writes the object file. Throws std::runtime_error if the machine code does not show the marks: as many bytes of
/// non-temporal stores, as many prefetches.
void emit_object(llvm::Module &m, const marks &expected, const std::string &path);

}  // namespace slopewise::stores
