// One call of every function on every floating type, contiguous and in rows apart; and of every flat form.
#pragma once

#include "flat_forms.h"
#include "scene.h"

namespace slopewise::test {

constexpr int64_t everything_rows = 130, everything_columns = 257;
constexpr DLDataType float_types[] = {f16, bf16, f32, f64};

/// Bits of all kinds, subnormals among them, but no NaN and no infinity: products of theirs have free payloads.
inline void fill(const dl &t, unsigned seed) {
    auto *at = static_cast<unsigned char *>(t.data);
    const size_t item = t.dtype.bits / 8u;
    for (size_t i = 0; i < t.storage->size() / item; i++) {
        for (size_t b = 0; b < item; b++) {
            seed = seed * 1664525 + 1013904223;
            at[i * item + b] = static_cast<unsigned char>(seed >> 24);
        }
        if (item == 1) continue;  // an integer
        unsigned char *high = at + i * item + item - 2;
        high[1] &= 0xbf;                                   // below 2 in magnitude
        if (i % 3 == 0) high[1] &= 0x80, high[0] &= 0x03;  // subnormal
    }
}

/// The bytes of all tensors after the calls of one function; nothing where one failed.
inline std::vector<std::vector<unsigned char>> run_everything(const function &f, const slopewise_options &o) {
    std::vector<std::vector<unsigned char>> all;
    for (DLDataType type : float_types) {
        for (int64_t pitch : {int64_t{0}, everything_columns + 3}) {
            scene s;
            set_up(s, f, type, everything_rows, everything_columns, pitch);
            for (size_t i = 0; i < f.inputs; i++) fill(s.tensors[i], unsigned(i + 1));
            s.options = o;
            if (f.run(s) != SLOPEWISE_OK) return {};  // the message is in slopewise_last_error()
            for (auto &bytes : bytes_of(s)) all.push_back(std::move(bytes));
        }
    }
    return all;
}

/// The same of all functions.
inline std::vector<std::vector<unsigned char>> run_everything(const slopewise_options &o) {
    std::vector<std::vector<unsigned char>> all;
    for (const function &f : functions()) {
        auto some = run_everything(f, o);
        if (some.empty()) return {};
        for (auto &bytes : some) all.push_back(std::move(bytes));
    }
    return all;
}

inline std::vector<std::vector<unsigned char>> run_flat_forms() {
    std::vector<std::vector<unsigned char>> all;
    auto params = default_params();
    for (const flat_form &f : flat_forms()) {
        dl x({1003}, f.type, {}, 1003 * 8), y(x);
        y.storage = std::make_shared<std::vector<unsigned char>>(*x.storage);
        fill(x, 9);
        if (f.run(x.data, 0.3, &params, y.storage->data(), 1003) != SLOPEWISE_OK) return {};
        all.push_back(*y.storage);
    }
    return all;
}

}  // namespace slopewise::test
