// Elements as 32-bit words: a GPU moves 16 bytes at once only as four of them, whatever they hold.
#pragma once

#include "storage.h"

namespace slopewise::halide {

using Halide::Func;

constexpr int vector_bytes = 16, vector_words = 4;

inline int elements_of_vector(Type t) { return vector_bytes / t.bytes(); }

/// Element e of the vector at `place`, whose words are words(w, place...).
inline Expr unpacked(const Func &words, const Expr &e, const std::vector<Expr> &place, Type t) {
    auto word = [&](const Expr &w) {
        std::vector<Expr> at = place;
        at.insert(at.begin(), w);
        return words(at);
    };
    Type raw = UInt(t.bits());
    if (t.bits() == 64) return reinterpret(t, cast(raw, word(2 * e)) | cast(raw, word(2 * e + 1)) << 32);
    int in_word = 32 / t.bits();
    return reinterpret(t, cast(raw, word(e / in_word) >> cast<uint32_t>(t.bits() * (e % in_word))));
}

/// Word w of the vector at `place`, the bits of whose elements are elements(e, place...).
inline Expr packed(const Func &elements, const Expr &w, const std::vector<Expr> &place, Type t) {
    auto element = [&](const Expr &e) {
        std::vector<Expr> at = place;
        at.insert(at.begin(), e);
        return elements(at);
    };
    if (t.bits() == 64) return cast<uint32_t>(element(w / 2) >> cast<uint64_t>(32 * (w % 2)));
    int in_word = 32 / t.bits();
    Expr word = cast<uint32_t>(element(w * in_word));
    for (int e = 1; e < in_word; e++) word = word | cast<uint32_t>(element(w * in_word + e)) << (t.bits() * e);
    return word;
}

}  // namespace slopewise::halide
