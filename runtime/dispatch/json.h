// JSON, read where it lies. Nothing is copied, allocated or thrown, because the library promises to survive a lack of memory:
// nlohmann-json allocates even where it destroys.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slopewise::json {

/// A value within a text that parse() took; or none.
class value {
public:
    value() = default;
    value(const char *begin, const char *end) : begin(begin), end(end) {}
    explicit operator bool() const { return begin; }
    bool is_object() const { return begins('{'); }
    bool is_array() const { return begins('['); }
    bool is_null() const { return begins('n'); }
    /// A string that is written exactly so.
    bool is(const char *text) const;
    /// A number without fraction and exponent.
    bool to_integer(int64_t *number) const;
    /// Of an object: the first of that name, or none.
    value member(const char *name) const;

    /// As it is written.
    const char *begin = nullptr, *end = nullptr;

private:
    bool begins(char c) const { return begin && *begin == c; }
};

/// Goes through an array; through an object by names and values in turn.
class items {
public:
    explicit items(const value &list) : at(list.begin + 1), end(list.end - 1) {}
    bool next(value *item);

private:
    const char *at, *end;
};

constexpr int deepest = 8;
enum class result { whole, broken, too_deep };

/// Checks a whole text, whose lists may lie within each other as deep as `deepest`.
result parse(const char *text, size_t length, value *whole);

}  // namespace slopewise::json
