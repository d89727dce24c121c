#include "output/printable.h"

#include <cstdarg>
#include <cstdlib>
#include <new>

namespace slopewise::cli {
namespace {

/// Bytes of the character that begins at `at`; 0 where it is a control character or none. By its shape alone: a terminal makes
/// no command of an overlong sequence.
size_t character_length(const std::string &text, size_t at) {
    auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    unsigned lead = byte(at);
    if (lead < 0x80) return lead >= ' ' && lead != 0x7f;
    if (lead < 0xc2 || lead > 0xf4) return 0;
    if (lead == 0xc2 && byte(at + 1) < 0xa0) return 0;  // U+0080 to U+009F are control characters
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    for (size_t i = 1; i < length; i++) {
        if ((byte(at + i) & 0xc0) != 0x80) return 0;
    }
    return length;
}

}  // namespace

std::string printable(const std::string &text) {
    std::string shown;
    for (size_t at = 0; at < text.size();) {
        size_t length = character_length(text, at);
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\x%02x", unsigned(static_cast<unsigned char>(text[at])));
        shown += length ? text.substr(at, length) : escape;
        at += length ? length : 1;
    }
    return shown;
}

void print_line(FILE *to, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = nullptr;
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) throw std::bad_alloc();
    std::string line = printable(text) + '\n';
    std::free(text);
    std::fputs(line.c_str(), to);
}

std::string beginning(const std::string &text, size_t longest) { return text.size() > longest ? text.substr(0, longest) + "..." : text; }

}  // namespace slopewise::cli
