#include "dispatch/json.h"

#include <charconv>
#include <cstring>

namespace slopewise::json {
namespace {

bool is_one_of(char c, const char *characters) { return c && std::strchr(characters, c); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr const char *space = " \t\r\n", *separators = " \t\r\n,:";

/// RFC 8259, except that the encoding of strings is not looked at.
class grammar {
public:
    grammar(const char *text, size_t length) : at(text), end(text + length) {}
    bool too_deep = false;

    /// Leaves `at` behind the value.
    bool read_value() {
        skip_space();
        if (accept('{')) return read_list('}', true);
        if (accept('[')) return read_list(']', false);
        if (accept('"')) return read_string();
        return read_word("null") || read_word("true") || read_word("false") || read_number();
    }
    void skip_space() {
        while (at < end && is_one_of(*at, space)) at++;
    }
    const char *at, *const end;

private:
    bool accept(char c) {
        if (at == end || *at != c) return false;
        at++;
        return true;
    }
    bool accept_after_space(char c) {
        skip_space();
        return accept(c);
    }
    bool read_list(char bracket, bool has_names) {
        if (++depth > deepest) return too_deep = true, false;
        bool empty = accept_after_space(bracket);
        while (!empty) {
            if (has_names && !(accept_after_space('"') && read_string() && accept_after_space(':'))) return false;
            if (!read_value()) return false;
            if (accept_after_space(bracket)) break;
            if (!accept(',')) return false;
        }
        depth--;
        return true;
    }
    bool read_string() {
        for (; at < end && *at != '"'; at++) {
            if (static_cast<unsigned char>(*at) < ' ') return false;
            if (*at == '\\' && !read_escape()) return false;
        }
        return accept('"');
    }
    /// Leaves `at` on its last character.
    bool read_escape() {
        if (++at == end || !is_one_of(*at, "\"\\/bfnrtu")) return false;
        for (int digits = *at == 'u' ? 4 : 0; digits > 0; digits--) {
            if (++at == end || !is_one_of(*at, "0123456789abcdefABCDEF")) return false;
        }
        return true;
    }
    bool read_word(const char *word) {
        size_t length = std::strlen(word);
        if (size_t(end - at) < length || std::memcmp(at, word, length) != 0) return false;
        at += length;
        return true;
    }
    bool read_digits() {
        const char *first = at;
        while (at < end && is_digit(*at)) at++;
        return at > first;
    }
    bool read_number() {
        accept('-');
        if (!accept('0') && !read_digits()) return false;
        if (accept('.') && !read_digits()) return false;
        if (!accept('e') && !accept('E')) return true;
        if (!accept('+')) accept('-');
        return read_digits();
    }

    int depth = 0;
};

/// Where the value ends that begins at `at`, in a text whose grammar is right.
const char *end_of(const char *at, const char *end) {
    bool in_string = false;
    for (int depth = 0; at < end; at++) {
        if (in_string) {
            *at == '\\' ? (void)at++ : (void)(in_string = *at != '"');
            continue;
        }
        if (depth == 0 && is_one_of(*at, separators)) break;
        in_string = *at == '"';
        depth += is_one_of(*at, "[{");
        depth -= is_one_of(*at, "]}");
    }
    return at;
}

}  // namespace

bool value::is(const char *text) const {
    size_t length = std::strlen(text);
    return begins('"') && size_t(end - begin) == length + 2 && std::memcmp(begin + 1, text, length) == 0;
}

bool value::to_integer(int64_t *number) const {
    auto [at, error] = std::from_chars(begin, end, *number);
    return begin && error == std::errc() && at == end;
}

value value::member(const char *name) const {
    if (!is_object()) return {};
    value key, held;
    for (items all(*this); all.next(&key) && all.next(&held);) {
        if (key.is(name)) return held;
    }
    return {};
}

bool items::next(value *item) {
    while (at < end && is_one_of(*at, separators)) at++;
    if (at == end) return false;
    const char *begin = at;
    at = end_of(at, end);
    *item = {begin, at};
    return true;
}

result parse(const char *text, size_t length, value *whole) {
    grammar g(text, length);
    g.skip_space();
    const char *begin = g.at;
    bool right = g.read_value();
    const char *last = g.at;
    g.skip_space();
    if (g.too_deep) return result::too_deep;
    if (!right || g.at != g.end) return result::broken;
    *whole = {begin, last};
    return result::whole;
}

}  // namespace slopewise::json
