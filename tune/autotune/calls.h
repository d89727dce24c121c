// How a row's kernel is called, at which sizes, and on which memory.
#pragma once

#include <memory>
#include <vector>

#include "autotune/rows.h"
#include "cpu/call.h"
#include "measurement/comparison.h"
#include "measurement/memory.h"
#include "support/reference.h"
#include "table/registry.h"

namespace slopewise::autotune {

struct call_shape {
    kernel id;
    dtype type;
    stores form;
    bool is_short;                                       ///< for runs below one long tile
    const slopewise::test::kernel_reference *reference;  ///< null for draws
    int inputs, outputs;                                 ///< tensors of the type

    bool takes_draws() const { return reference && reference->slopes == slopewise::test::kernel_reference::random_rows; }
    bool is_random_run() const { return reference && reference->slopes == slopewise::test::kernel_reference::random_run; }
    int bytes_an_element() const { return (inputs + outputs) * size_of(type) + (takes_draws() ? size_of(dtype::u16) : 0); }
};

/// Throws std::runtime_error for a kernel without a reference.
call_shape shape_of(const row &r);

/// A number of elements, or of bytes that a call reads and writes in all.
struct size_class {
    std::string name;
    int64_t elements, bytes;
    int64_t row_length = 0;  ///< of short rows that follow each other; 0: all in one

    bool is_small() const { return elements > 0; }

    /// Elements of a call: whole multiples of 256 but for small calls.
    int64_t elements_of(const call_shape &shape) const;
};

/// Those in which the runtime calls a kernel, the cheapest to measure first: short forms small calls, kernels that write past
/// the caches or fetch ahead calls beyond them, kernels on given draws no more than a tile.
std::vector<size_class> sizes_of(const call_shape &shape, const measurement::cache_sizes &caches);

/// A table that holds one function, for the parts of the runtime that take a variant.
class lone_kernel {
public:
    lone_kernel(kernel id, dtype type, kernel_function f) { table[int(id)][int(type)] = f; }
    variant as_variant() const { return {"candidate", device_kind::cpu, "", table}; }

private:
    kernel_function table[kernel_count][dtype_count] = {};
};

/// Memory of calls, allocated once and reused from row to row: what it gives for one shape and number of elements is good
/// until it is asked for another.
class workspace {
public:
    /// Calls of f on n elements, again and again; in rows of some length, or all in one.
    measurement::contender calls(std::string name, const call_shape &shape, kernel_function f, int64_t n, int64_t row_length = 0);

    /// Such a call's outputs, after one that finds them filled with other bytes.
    std::vector<unsigned char> bytes_of_call(const call_shape &shape, kernel_function f, int64_t n);

    /// What cannot be beaten, as far as known: the loop of a name (AVX2, AVX-512) that is written by hand for a row, or else
    /// the copies of as many bytes in all as a call reads and writes, by plain or by streaming stores.
    std::vector<measurement::contender> limits(const call_shape &shape, const std::string &set, int64_t n);

private:
    struct operands {
        char *data[max_tensors];
        rows draws;
    };
    char *array_at(size_t place, size_t bytes);
    operands make(const call_shape &shape, int64_t n);  ///< with room for a copy of as many bytes

    std::unique_ptr<measurement::array> arrays[max_tensors + 1];  ///< the draws first
    static_assert(max_tensors + 1 <= measurement::most_places);
};

}  // namespace slopewise::autotune
