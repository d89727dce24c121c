// Small tensors for tests of the public interface alone.
#pragma once

#include <slopewise/slopewise.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace slopewise::test {

constexpr DLDataType f32 = {kDLFloat, 32, 1}, f64 = {kDLFloat, 64, 1}, f16 = {kDLFloat, 16, 1}, bf16 = {kDLBfloat, 16, 1};
constexpr DLDataType i8 = {kDLInt, 8, 1}, i32 = {kDLInt, 32, 1}, u8 = {kDLUInt, 8, 1};

/// A DLTensor whose fields a test may spoil, over storage filled with a pattern.
struct dl : DLTensor {
    std::vector<int64_t> extents, steps;
    std::shared_ptr<std::vector<unsigned char>> storage;

    explicit dl(std::vector<int64_t> shape, DLDataType type = f32, std::vector<int64_t> element_strides = {}, size_t bytes = 4096)
        : DLTensor{},
          extents(std::move(shape)),
          steps(std::move(element_strides)),
          storage(std::make_shared<std::vector<unsigned char>>(bytes, static_cast<unsigned char>(0x3c))) {
        data = storage->data();
        device = {kDLCPU, 0};
        dtype = type;
        attach();
    }
    dl(const dl &other) : DLTensor(other), extents(other.extents), steps(other.steps), storage(other.storage) { attach(); }
    dl &operator=(const dl &) = delete;

    /// Another view of the same storage.
    dl view(std::vector<int64_t> new_shape, std::vector<int64_t> new_strides, int64_t start) const {
        dl v(*this);
        v.extents = std::move(new_shape);
        v.steps = std::move(new_strides);
        v.byte_offset = uint64_t(start * dtype.bits / 8);
        v.attach();
        return v;
    }
    bool untouched() const {
        for (unsigned char b : *storage) {
            if (b != 0x3c) return false;
        }
        return true;
    }

private:
    void attach() {
        ndim = int(extents.size());
        shape = extents.data();
        strides = steps.empty() ? nullptr : steps.data();
    }
};

inline slopewise_rrelu_params default_params() { return {0.125, 1.0 / 3, 1, 2, 0, nullptr, nullptr}; }

/// Those that CPU tensors run on here.
inline std::vector<slopewise_variant> usable_cpu_variants() {
    std::vector<slopewise_variant> all(slopewise_variants(nullptr, 0)), usable;
    slopewise_variants(all.data(), all.size());
    for (const slopewise_variant &v : all) {
        if (v.usable && std::string(v.device) == "cpu") usable.push_back(v);
    }
    return usable;
}

inline slopewise_options default_options() {
    slopewise_options o = {};
    o.struct_size = sizeof o;
    return o;
}

}  // namespace slopewise::test
