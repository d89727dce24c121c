// DLTensors over vectors, in any layout.
#pragma once

#include <cstdint>
#include <memory>
#include <numeric>
#include <vector>

#include "numbers.h"
#include "slopewise/slopewise.h"

namespace slopewise::test {

inline DLDataType dlpack_type(dtype t) {
    if (t == dtype::bf16) return {kDLBfloat, 16, 1};
    uint8_t code = t <= dtype::f64 ? kDLFloat : t == dtype::u8 ? kDLUInt : kDLInt;
    return {code, uint8_t(8 * size_of(t)), 1};
}

inline std::vector<int64_t> row_major(const std::vector<int64_t> &shape) {
    std::vector<int64_t> strides(shape.size(), 1);
    for (size_t d = shape.size(); d-- > 1;) strides[d - 1] = strides[d] * shape[d];
    return strides;
}

inline int64_t count(const std::vector<int64_t> &shape) {
    return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

/// visit(place) for each element in row-major order of the shape: `start` plus its coordinates times the strides, modulo 2^64.
/// Without divisions, which emulated processors take for ever over.
template <class Visit>
void each_place(const std::vector<int64_t> &shape, const std::vector<int64_t> &strides, uint64_t start, Visit visit) {
    std::vector<int64_t> coordinates(shape.size());
    uint64_t place = start;
    for (int64_t left = count(shape); left-- > 0;) {
        visit(place);
        for (size_t d = shape.size(); d-- > 0;) {
            place += uint64_t(strides[d]);
            if (++coordinates[d] < shape[d]) break;
            place -= uint64_t(shape[d]) * uint64_t(strides[d]);
            coordinates[d] = 0;
        }
    }
}

/// A strided view of storage that it shares; coordinates are counted in row-major order of its shape.
class tensor {
public:
    tensor(dtype t, std::vector<int64_t> shape) : tensor(t, shape, row_major(shape), 0, count(shape)) {}

    /// Over new storage of `items` elements, beginning at element `start`.
    tensor(dtype t, std::vector<int64_t> shape, std::vector<int64_t> strides, int64_t start, int64_t items)
        : type(t),
          shape(std::move(shape)),
          strides(std::move(strides)),
          start(start),
          storage(std::make_shared<std::vector<uint8_t>>(size_t(items * size_of(t)) + 1, uint8_t{0xa5})) {}

    /// Another view of the same storage.
    tensor view(std::vector<int64_t> new_shape, std::vector<int64_t> new_strides, int64_t new_start) const {
        tensor v = *this;
        v.shape = std::move(new_shape);
        v.strides = std::move(new_strides);
        v.start = new_start;
        return v;
    }
    tensor permuted(const std::vector<int> &order) const {
        tensor v = *this;
        for (size_t d = 0; d < order.size(); d++) {
            v.shape[d] = shape[size_t(order[d])];
            v.strides[d] = strides[size_t(order[d])];
        }
        return v;
    }
    tensor flipped(size_t d) const {
        tensor v = *this;
        v.start += (shape[d] - 1) * strides[d];
        v.strides[d] = -strides[d];
        return v;
    }

    DLTensor dl() {
        return {storage->data(),
                {kDLCPU, 0},
                int(shape.size()),
                dlpack_type(type),
                shape.data(),
                strides.data(),
                uint64_t(start * size_of(type))};
    }
    int64_t size() const { return count(shape); }
    uint64_t get(int64_t i) const { return load_bits(at(i), type); }
    void set(int64_t i, uint64_t bits) const { store_bits(at(i), type, bits); }
    std::vector<uint64_t> all() const {
        std::vector<uint64_t> bits;
        bits.reserve(size_t(size()));
        each([&](uint8_t *element) { bits.push_back(load_bits(element, type)); });
        return bits;
    }
    void fill(const std::vector<uint64_t> &bits) const {
        auto next = bits.begin();
        each([&](uint8_t *element) { store_bits(element, type, *next++); });
    }
    void fill(uint64_t bits) const {
        each([&](uint8_t *element) { store_bits(element, type, bits); });
    }
    const std::vector<uint8_t> &bytes() const { return *storage; }
    std::vector<uint8_t> &bytes() { return *storage; }

    dtype type;
    std::vector<int64_t> shape, strides;
    int64_t start;

private:
    template <class Visit>
    void each(Visit visit) const {
        each_place(shape, strides, uint64_t(start), [&](uint64_t place) { visit(storage->data() + int64_t(place) * size_of(type)); });
    }
    uint8_t *at(int64_t i) const {
        int64_t offset = start;
        for (size_t d = shape.size(); d-- > 0; i /= shape[d]) offset += i % shape[d] * strides[d];
        return storage->data() + offset * size_of(type);
    }
    std::shared_ptr<std::vector<uint8_t>> storage;
};

}  // namespace slopewise::test
