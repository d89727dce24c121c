// One call of the tensor interface, made of a fuzzer's bytes: mostly right, wrong in up to two places.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>

#include "slopewise/signatures.hpp"
#include "support/numbers.h"

namespace slopewise::test {

/// Where all tensors lie, each in a part of its own unless the bytes say otherwise.
constexpr int64_t arena_bytes = 32 << 10, most_elements = 2048, most_dims = 66;

struct fuzzed_call {
    fuzzed_call(FuzzedDataProvider &data, char *arena);
    fuzzed_call(const fuzzed_call &) = delete;  // tensors look into it

    slopewise_status run() const { return of->call(given, {slope, has_params ? &params : nullptr, axis, saved_is_output, asked()}); }
    const slopewise_options *asked() const { return has_options ? &options.known : nullptr; }
    /// Refused when all else was found right.
    void name_no_variant() {
        has_options = true;
        options.known = {sizeof options.known, "none", 1, nullptr, nullptr, nullptr, nullptr};
    }
    int count() const { return of->count() - (given[of->count() - 1] == nullptr && of->has(signature::random) && of->inputs == 1); }
    bool works_in_place(int input, int output) const { return input == 0 && output == of->inputs && !of->concatenates(); }

    const signature *of;
    const DLTensor *given[4] = {};
    double slope = 0.01;
    bool has_params = true, has_options = false;
    slopewise_rrelu_params params = {0.125, 1.0 / 3, 11, 22, 0, nullptr, nullptr};
    int axis = 0, saved_is_output = 0;
    struct {
        slopewise_options known = {};
        char unknown[4096] = {};
    } options;
    uint32_t control = 0;  ///< the floating-point environment; 0: the usual one

private:
    void shape_all(FuzzedDataProvider &data);
    void lay_out(FuzzedDataProvider &data, int i);
    void place(FuzzedDataProvider &data, int i);
    void parameters(FuzzedDataProvider &data);
    void circumstances(FuzzedDataProvider &data);
    void spoil(FuzzedDataProvider &data);
    void spoil_tensor(FuzzedDataProvider &data, int i);

    char *arena;
    DLTensor tensors[3] = {};
    int64_t shape[3][most_dims] = {}, stride[3][most_dims] = {}, index_stride[most_dims] = {};
    alignas(8) uint64_t key[4] = {};
};

/// Of the types that operations know; false for others.
bool to_dtype_of_tests(DLDataType from, dtype *to);

}  // namespace slopewise::test
