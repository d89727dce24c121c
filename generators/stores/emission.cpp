#include "emission.h"

#include <llvm/IR/LegacyPassManager.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include <memory>
#include <regex>
#include <stdexcept>

namespace slopewise::stores {
namespace {

using namespace llvm;

/// CPU and features are attributes of the functions, as Halide set them.
std::unique_ptr<TargetMachine> machine_for(Module &m) {
    InitializeAllTargetInfos();
    InitializeAllTargets();
    InitializeAllTargetMCs();
    InitializeAllAsmPrinters();
    InitializeAllAsmParsers();
    std::string error;
    const Target *target = TargetRegistry::lookupTarget(m.getTargetTriple(), error);
    if (!target) throw std::runtime_error(error);
    TargetOptions options;
    options.FunctionSections = true;
    std::unique_ptr<TargetMachine> machine(
        target->createTargetMachine(m.getTargetTriple(), "", "", options, Reloc::PIC_, std::nullopt, CodeGenOptLevel::Aggressive));
    m.setDataLayout(machine->createDataLayout());
    return machine;
}

/// Vectors on a stack that is aligned to 16 bytes straddle lines and pages: beside streaming stores, which are still on their way, that
/// takes RReLU with noise to 1.3 times its time in most places of the stack and to 2 or 3 times in some (Zen 3).
void align_stack(Module &m) {
    for (Function &f : m) {
        if (!f.isDeclaration()) f.addFnAttr(Attribute::getWithStackAlignment(m.getContext(), Align(64)));
    }
}

void generate(TargetMachine &machine, Module &m, raw_pwrite_stream &out, CodeGenFileType type) {
    legacy::PassManager passes;
    if (machine.addPassesToEmitFile(passes, out, nullptr, type)) throw std::runtime_error("the target cannot emit this kind of file");
    passes.run(m);
}

std::string assembly_of(TargetMachine &machine, const Module &m) {
    SmallVector<char, 0> text;
    raw_svector_ostream out(text);
    generate(machine, *CloneModule(m), out, CodeGenFileType::AssemblyFile);
    return {text.begin(), text.end()};
}

/// Bytes that non-temporal stores write: x86's movnt* of a vector register, ARM's stnp of a pair of whole ones.
uint64_t streamed_bytes(const std::string &assembly) {
    static const std::regex store(R"(\s(v?movnt(ps|pd|dq)\s+%([xyz])mm\d+|stnp\s+(q)\d+))");
    uint64_t bytes = 0;
    for (std::sregex_iterator i(assembly.begin(), assembly.end(), store), end; i != end; ++i) {
        std::string width = (*i)[3].matched ? (*i)[3] : (*i)[4];
        bytes += width == "z" ? 64 : width == "y" || width == "q" ? 32 : 16;
    }
    return bytes;
}

int prefetches(const std::string &assembly) {
    static const std::regex prefetch(R"(\s(prefetchw|prefetcht0|prfm\s+pstl1keep)\b)");
    return int(std::distance(std::sregex_iterator(assembly.begin(), assembly.end(), prefetch), std::sregex_iterator()));
}

void expect(const char *what, uint64_t wanted, uint64_t found) {
    if (wanted == found) return;
    throw std::runtime_error("the machine code has " + std::to_string(found) + " " + what + ", expected " + std::to_string(wanted));
}

}  // namespace

void emit_object(Module &m, const marks &expected, const std::string &path) {
    std::unique_ptr<TargetMachine> machine = machine_for(m);
    align_stack(m);
    std::string assembly = assembly_of(*machine, m);
    expect("bytes of non-temporal stores", expected.streamed_bytes, streamed_bytes(assembly));
    expect("prefetches", uint64_t(expected.prefetches), uint64_t(prefetches(assembly)));
    std::error_code failure;
    raw_fd_ostream out(path, failure);
    if (failure) throw std::runtime_error(path + ": " + failure.message());
    generate(*machine, m, out, CodeGenFileType::ObjectFile);
}

}  // namespace slopewise::stores
