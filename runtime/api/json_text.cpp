#include "api/json_text.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>

namespace slopewise {
namespace {

/// Bytes of the UTF-8 character at `s`, by the table of well-formed sequences in the Unicode Standard; 0 where there is none.
int character_length(const char *s) {
    auto byte = [s](int i) { return static_cast<unsigned char>(s[i]); };
    unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead < 0xc2 || lead > 0xf4) return 0;
    int length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    unsigned char least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80, most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < least || byte(1) > most) return 0;
    for (int i = 2; i < length; i++) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    return length;
}

}  // namespace

void json_text::put(char c) {
    if (length < capacity) out[length] = c;
    length++;
}

void json_text::put(const char *text) {
    while (*text) put(*text++);
}

/// What is no UTF-8, such as a foreign path, becomes U+FFFD.
void json_text::put_quoted(const char *text) {
    put('"');
    while (*text) {
        int size = character_length(text);
        if (size == 0) {
            put("\xef\xbf\xbd");
            text++;
        } else if (static_cast<unsigned char>(*text) < ' ' || *text == 0x7f) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", unsigned(*text++));
            put(escape);
        } else {
            if (*text == '"' || *text == '\\') put('\\');
            for (; size > 0; size--) put(*text++);
        }
    }
    put('"');
}

void json_text::begin_line() {
    put('\n');
    for (int i = 0; i < 2 * depth; i++) put(' ');
}

void json_text::begin_item(const char *key) {
    if (!first) put(',');
    if (depth > 0) begin_line();
    first = false;
    if (!key) return;
    put_quoted(key);
    put(": ");
}

void json_text::open(const char *key, char bracket) {
    begin_item(key);
    put(bracket);
    depth++;
    first = true;
}

void json_text::close(char bracket) {
    depth--;
    begin_line();
    put(bracket);
    first = false;
}

void json_text::add(const char *key, const char *text) {
    begin_item(key);
    put_quoted(text);
}

void json_text::add(const char *key, int64_t number) {
    char digits[24];
    std::snprintf(digits, sizeof digits, "%" PRId64, number);
    begin_item(key);
    put(digits);
}

void json_text::add_null(const char *key) {
    begin_item(key);
    put("null");
}

size_t json_text::finish() {
    if (capacity > 0) out[std::min(length, capacity - 1)] = '\0';
    return length;
}

}  // namespace slopewise
