// slopewise_stores streaming OUTPUT,... IN.bc OUT.o
// slopewise_stores prefetch=BYTES OUTPUT,... IN.bc OUT.o
// Halide 21 writes plain stores only; this step gives a kernel's bitcode its stores' kind and compiles it with LLVM.
#include <llvm/ADT/StringExtras.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IRReader/IRReader.h>
#include <llvm/Support/SourceMgr.h>

#include <cstdio>
#include <exception>

#include "emission.h"

namespace {

using namespace slopewise::stores;

marks apply(llvm::Module &m, llvm::StringRef kind, const std::vector<std::string> &outputs) {
    if (kind == "streaming") return mark_streaming(m, outputs);
    int64_t distance = 0;
    if (kind.consume_front("prefetch=") && !kind.getAsInteger(10, distance) && distance > 0) return insert_prefetches(m, outputs, distance);
    throw std::runtime_error("unknown kind of stores \"" + kind.str() + "\", expected streaming or prefetch=BYTES");
}

std::vector<std::string> split(llvm::StringRef list) {
    std::vector<std::string> names;
    for (llvm::StringRef name : llvm::split(list, ',')) names.push_back(name.str());
    return names;
}

}  // namespace

int main(int argc, char **argv) {
    if (argc != 5) {
        std::fprintf(stderr, "usage: slopewise_stores streaming|prefetch=BYTES OUTPUT,... IN.bc OUT.o\n");
        return 2;
    }
    llvm::LLVMContext context;
    llvm::SMDiagnostic diagnostic;
    std::unique_ptr<llvm::Module> m = llvm::parseIRFile(argv[3], diagnostic, context);
    if (!m) {
        diagnostic.print(argv[0], llvm::errs());
        return 1;
    }
    try {
        emit_object(*m, apply(*m, argv[1], split(argv[2])), argv[4]);
    } catch (const std::exception &e) {
        std::fprintf(stderr, "%s: %s\n", argv[3], e.what());
        return 1;
    }
    return 0;
}
