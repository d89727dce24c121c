// JSON written into a caller's buffer: it is cut there, and counted whole.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slopewise {

/// Two spaces for each level. A key of nullptr is none: of an array's items, and of the whole.
class json_text {
public:
    json_text(char *out, size_t capacity) : out(out), capacity(out ? capacity : 0) {}

    void open(const char *key, char bracket);
    void close(char bracket);
    void add(const char *key, const char *text);
    void add(const char *key, int64_t number);
    void add_null(const char *key);

    /// Ends the text, wherever it was cut. Returns the length of the whole.
    size_t finish();

private:
    void put(char c);
    void put(const char *text);
    void put_quoted(const char *text);
    void begin_line();
    void begin_item(const char *key);

    char *const out;
    const size_t capacity;
    size_t length = 0;
    int depth = 0;
    bool first = true;  ///< of its list
};

}  // namespace slopewise
