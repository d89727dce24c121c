// The sixteen flat forms behind one signature.
#pragma once

#include <ostream>

#include "tensors.h"

namespace slopewise::test {

struct flat_form {
    const char *name;
    const char *op, *dtype;  // as slopewise_explain() takes them
    DLDataType type;
    bool sloped, random;
    slopewise_status (*run)(const void *x, double slope, const slopewise_rrelu_params *params, void *y, size_t n);

    size_t item() const { return type.bits / 8u; }
};

inline void PrintTo(const flat_form &f, std::ostream *out) { *out << f.name; }

template <auto F, class T>
slopewise_status flat_relu(const void *x, double, const slopewise_rrelu_params *, void *y, size_t n) {
    return F(static_cast<const T *>(x), static_cast<T *>(y), n);
}
template <auto F, class T>
slopewise_status flat_leaky(const void *x, double slope, const slopewise_rrelu_params *, void *y, size_t n) {
    return F(static_cast<const T *>(x), slope, static_cast<T *>(y), n);
}
template <auto F, class T>
slopewise_status flat_rrelu(const void *x, double, const slopewise_rrelu_params *params, void *y, size_t n) {
    return F(static_cast<const T *>(x), params, static_cast<T *>(y), n);
}

inline const std::vector<flat_form> &flat_forms() {
    static const std::vector<flat_form> all = {
        {"relu_f16", "relu", "f16", f16, false, false, flat_relu<slopewise_relu_f16, uint16_t>},
        {"relu_bf16", "relu", "bf16", bf16, false, false, flat_relu<slopewise_relu_bf16, uint16_t>},
        {"relu_f32", "relu", "f32", f32, false, false, flat_relu<slopewise_relu_f32, float>},
        {"relu_f64", "relu", "f64", f64, false, false, flat_relu<slopewise_relu_f64, double>},
        {"relu_i8", "relu", "i8", i8, false, false, flat_relu<slopewise_relu_i8, int8_t>},
        {"relu_i16", "relu", "i16", {kDLInt, 16, 1}, false, false, flat_relu<slopewise_relu_i16, int16_t>},
        {"relu_i32", "relu", "i32", i32, false, false, flat_relu<slopewise_relu_i32, int32_t>},
        {"relu_i64", "relu", "i64", {kDLInt, 64, 1}, false, false, flat_relu<slopewise_relu_i64, int64_t>},
        {"leaky_relu_f16", "leaky_relu", "f16", f16, true, false, flat_leaky<slopewise_leaky_relu_f16, uint16_t>},
        {"leaky_relu_bf16", "leaky_relu", "bf16", bf16, true, false, flat_leaky<slopewise_leaky_relu_bf16, uint16_t>},
        {"leaky_relu_f32", "leaky_relu", "f32", f32, true, false, flat_leaky<slopewise_leaky_relu_f32, float>},
        {"leaky_relu_f64", "leaky_relu", "f64", f64, true, false, flat_leaky<slopewise_leaky_relu_f64, double>},
        {"rrelu_f16", "rrelu", "f16", f16, false, true, flat_rrelu<slopewise_rrelu_f16, uint16_t>},
        {"rrelu_bf16", "rrelu", "bf16", bf16, false, true, flat_rrelu<slopewise_rrelu_bf16, uint16_t>},
        {"rrelu_f32", "rrelu", "f32", f32, false, true, flat_rrelu<slopewise_rrelu_f32, float>},
        {"rrelu_f64", "rrelu", "f64", f64, false, true, flat_rrelu<slopewise_rrelu_f64, double>},
    };
    return all;
}

}  // namespace slopewise::test
