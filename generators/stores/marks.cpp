#include "marks.h"

#include <llvm/Analysis/AssumptionCache.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

#include <map>
#include <numeric>
#include <optional>
#include <stdexcept>

namespace slopewise::stores {
namespace {

using namespace llvm;

/// Halide names the type-based alias class of a buffer after it; an access with a known offset belongs to a subclass,
/// whose first operand is its name and whose second is its parent.
std::string output_written(const StoreInst &store, const std::vector<std::string> &outputs) {
    const MDNode *tag = store.getMetadata(LLVMContext::MD_tbaa);
    auto node = [](const MDNode *n, unsigned i) { return n && n->getNumOperands() > i ? dyn_cast<MDNode>(n->getOperand(i)) : nullptr; };
    for (const MDNode *type = node(tag, 0); type; type = node(type, 1)) {
        auto *name = type->getNumOperands() ? dyn_cast<MDString>(type->getOperand(0)) : nullptr;
        for (const std::string &output : outputs) {
            if (name && name->getString() == output) return output;
        }
    }
    return {};
}

uint64_t bytes_of(const StoreInst &store) {
    return store.getModule()->getDataLayout().getTypeStoreSize(store.getValueOperand()->getType()).getFixedValue();
}

/// What is needed to tell how far two addresses of a function are apart.
class addresses {
public:
    explicit addresses(Function &f)
        : tree(f),
          loops(tree),
          assumptions(f),
          names(f.getParent()->getTargetTriple()),
          library(names, &f),
          evolution(f, library, assumptions, tree, loops) {}

    bool adjoin(const StoreInst &first, const StoreInst &second) {
        if (first.getParent() != second.getParent() || first.getValueOperand()->getType() != second.getValueOperand()->getType())
            return false;
        const SCEV *apart = evolution.getMinusSCEV(place_of(second), place_of(first));
        auto *bytes = dyn_cast<SCEVConstant>(apart);
        return bytes && bytes->getAPInt() == bytes_of(first);
    }

private:
    const SCEV *place_of(const StoreInst &store) { return evolution.getSCEV(const_cast<Value *>(store.getPointerOperand())); }

    DominatorTree tree;
    LoopInfo loops;
    AssumptionCache assumptions;
    TargetLibraryInfoImpl names;
    TargetLibraryInfo library;
    ScalarEvolution evolution;
};

/// One store of both values, in the second's place: nothing between reads what an output's store writes.
StoreInst *merged(StoreInst *first, StoreInst *second) {
    IRBuilder<> at(second);
    int lanes = int(cast<FixedVectorType>(first->getValueOperand()->getType())->getNumElements());
    SmallVector<int, 32> both(size_t(2 * lanes));
    std::iota(both.begin(), both.end(), 0);
    Value *value = at.CreateShuffleVector(first->getValueOperand(), second->getValueOperand(), both);
    StoreInst *pair = at.CreateAlignedStore(value, first->getPointerOperand(), first->getAlign());
    pair->copyMetadata(*second);
    first->eraseFromParent();
    second->eraseFromParent();
    return pair;
}

/// Of a pair, each register's own.
constexpr uint64_t arm_alignment = 16;

/// 64-bit ARM streams pairs of registers (stnp), and LLVM writes a single one plainly: stores of 16 bytes that adjoin
/// become one of 32.
void merge_pairs(std::vector<StoreInst *> &stores) {
    std::vector<StoreInst *> result;
    std::optional<addresses> known;  // of the function that the stores are in: merging changes no address
    Function *in = nullptr;
    for (size_t i = 0; i < stores.size(); i++) {
        if (stores[i]->getFunction() != in) known.emplace(*(in = stores[i]->getFunction()));
        StoreInst *next = i + 1 < stores.size() ? stores[i + 1] : nullptr;
        bool is_pair = next && bytes_of(*stores[i]) == 16 && known->adjoin(*stores[i], *next);
        result.push_back(is_pair ? merged(stores[i], next) : stores[i]);
        if (is_pair) i++;
    }
    stores = std::move(result);
}

/// LLVM 22 has no non-temporal stores of half-precision vectors on x86 and would write them plainly. An empty piece of
/// assembly keeps it from folding the change of type into the store.
StoreInst *store_as_integers(StoreInst *store) {
    Value *value = store->getValueOperand();
    auto *type = cast<FixedVectorType>(value->getType());
    if (!type->getElementType()->is16bitFPTy() || !store->getModule()->getTargetTriple().isX86()) return store;
    IRBuilder<> at(store);
    auto *integers = FixedVectorType::get(at.getInt16Ty(), type->getNumElements());
    InlineAsm *nothing = InlineAsm::get(FunctionType::get(integers, {integers}, false), "", "=v,0", false);
    Value *bits = at.CreateCall(nothing, {at.CreateBitCast(value, integers)});
    StoreInst *replacement = at.CreateAlignedStore(bits, store->getPointerOperand(), store->getAlign());
    replacement->copyMetadata(*store);
    store->eraseFromParent();
    return replacement;
}

/// The vector stores to the outputs; each output must have some.
std::vector<StoreInst *> output_stores(Module &m, const std::vector<std::string> &outputs) {
    std::vector<StoreInst *> found;
    std::map<std::string, int> count;
    for (Function &f : m) {
        for (BasicBlock &block : f) {
            for (Instruction &i : block) {
                auto *store = dyn_cast<StoreInst>(&i);
                if (!store || !store->getValueOperand()->getType()->isVectorTy()) continue;
                std::string output = output_written(*store, outputs);
                if (output.empty()) continue;
                count[output]++;
                found.push_back(store);
            }
        }
    }
    for (const std::string &output : outputs) {
        if (!count[output]) throw std::runtime_error("no vector store to output \"" + output + "\"");
    }
    return found;
}

}  // namespace

marks mark_streaming(Module &m, const std::vector<std::string> &outputs) {
    marks result;
    auto *one = ConstantAsMetadata::get(ConstantInt::get(Type::getInt32Ty(m.getContext()), 1));
    MDNode *nontemporal = MDNode::get(m.getContext(), one);
    std::vector<StoreInst *> stores = output_stores(m, outputs);
    bool is_arm = m.getTargetTriple().isAArch64();
    if (is_arm) merge_pairs(stores);
    for (StoreInst *store : stores) {
        uint64_t alignment = store->getAlign().value(), needed = std::min(bytes_of(*store), is_arm ? arm_alignment : output_alignment);
        if (alignment < needed) {
            throw std::runtime_error("a store of " + std::to_string(bytes_of(*store)) + " bytes is only known to be aligned to " +
                                     std::to_string(alignment));
        }
        result.stores++;
        result.streamed_bytes += bytes_of(*store);
        store_as_integers(store)->setMetadata(LLVMContext::MD_nontemporal, nontemporal);
    }
    return result;
}

marks insert_prefetches(Module &m, const std::vector<std::string> &outputs, int64_t distance) {
    constexpr int for_writing = 1, keep_everywhere = 3, data_cache = 1;
    constexpr uint64_t line = 64;
    marks result;
    for (StoreInst *store : output_stores(m, outputs)) {
        IRBuilder<> at(store);
        for (uint64_t offset = 0; offset < bytes_of(*store); offset += line) {
            Value *ahead = at.CreateConstGEP1_64(at.getInt8Ty(), store->getPointerOperand(), uint64_t(distance) + offset);
            at.CreateIntrinsic(Intrinsic::prefetch, {ahead->getType()},
                               {ahead, at.getInt32(for_writing), at.getInt32(keep_everywhere), at.getInt32(data_cache)});
            result.prefetches++;
        }
        result.stores++;
    }
    return result;
}

}  // namespace slopewise::stores
