#include "npy.h"

#include <cctype>
#include <cstring>

#include "output/failure.h"
#include "output/printable.h"

namespace slopewise::cli {
namespace {

constexpr char magic[] = "\x93NUMPY";
constexpr size_t magic_size = 6, largest_header = 1 << 20;

/// A reader of the Python literal that a header is: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class literal {
public:
    literal(const char *begin, const char *end, const std::string &path) : at(begin), end(end), path(path) {}

    npy_header header() {
        npy_header h;
        bool seen[3] = {};
        expect('{');
        while (!accept('}')) {
            std::string key = quoted();
            expect(':');
            if (key == "descr") {
                h.descr = description();
            } else if (key == "fortran_order") {
                h.fortran_order = boolean();
            } else if (key == "shape") {
                h.shape = integers();
            } else {
                broken("unknown key '" + beginning(key) + "'");
            }
            bool &again = seen[key == "descr" ? 0 : key == "fortran_order" ? 1 : 2];
            if (again) broken("'" + key + "' stands twice");
            again = true;
            if (!accept(',') && peek() != '}') broken("expected ',' or '}'");
        }
        if (!seen[0] || !seen[1] || !seen[2]) broken("descr, fortran_order or shape is missing");
        peek();
        if (at != end) broken("something follows it");
        return h;
    }

private:
    [[noreturn]] void broken(const std::string &why) const { throw failure(path + ": broken .npy header: " + why); }

    char peek() {
        while (at < end && std::isspace(static_cast<unsigned char>(*at))) at++;
        return at < end ? *at : '\0';
    }
    bool accept(char c) {
        if (peek() != c) return false;
        at++;
        return true;
    }
    void expect(char c) {
        if (!accept(c)) broken(std::string("expected '") + c + "'");
    }
    std::string quoted() {
        char quote = peek();
        if (quote != '\'' && quote != '"') broken("expected a string");
        const char *begin = ++at;
        while (at < end && *at != quote) at++;
        if (at == end) broken("a string does not end");
        return std::string(begin, at++);
    }
    std::string description() {
        if (peek() == '[') throw failure(path + ": structured dtypes are not supported");
        return quoted();
    }
    bool boolean() {
        for (bool value : {true, false}) {
            const char *word = value ? "True" : "False";
            size_t length = std::strlen(word);
            if (peek() == word[0] && size_t(end - at) >= length && std::strncmp(at, word, length) == 0) {
                at += length;
                return value;
            }
        }
        broken("fortran_order is neither True nor False");
    }
    std::vector<int64_t> integers() {
        std::vector<int64_t> values;
        expect('(');
        while (!accept(')')) {
            values.push_back(extent());
            bool comma = accept(',');
            if (!comma && peek() != ')') broken("expected ',' or ')' in the shape");
            if (!comma && values.size() == 1) broken("the shape is a number, expected a tuple");
        }
        if (values.size() > 64) broken("more than 64 dimensions");
        return values;
    }
    int64_t extent() {
        if (!std::isdigit(static_cast<unsigned char>(peek()))) broken("an extent is not a non-negative integer");
        int64_t value = 0;
        for (; at < end && std::isdigit(static_cast<unsigned char>(*at)); at++) {
            if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, *at - '0', &value))
                broken("an extent is too large");
        }
        if (at < end && *at == 'L') at++;  // Python 2 wrote long integers so
        return value;
    }

    const char *at, *end;
    const std::string &path;
};

uint64_t little_endian(const char *bytes, size_t size) {
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

}  // namespace

npy_header parse_npy(const char *bytes, size_t size, const std::string &path) {
    if (size < magic_size || std::memcmp(bytes, magic, magic_size) != 0) throw failure(path + ": not a .npy file");
    if (size < magic_size + 2) throw failure(path + ": truncated .npy header");
    int version = static_cast<unsigned char>(bytes[magic_size]);
    if (version < 1 || version > 3) throw failure(path + ": .npy version " + std::to_string(version) + ", expected 1, 2 or 3");
    size_t length_size = version == 1 ? 2 : 4, text = magic_size + 2 + length_size;
    if (size < text) throw failure(path + ": truncated .npy header");
    uint64_t length = little_endian(bytes + magic_size + 2, length_size);
    if (length > largest_header) throw failure(path + ": .npy header of " + std::to_string(length) + " bytes is too long");
    if (size < text + length) throw failure(path + ": truncated .npy header");
    npy_header h = literal(bytes + text, bytes + text + length, path).header();
    h.data_offset = text + length;
    return h;
}

std::string format_npy(const npy_header &header) {
    std::string shape;
    for (int64_t extent : header.shape) shape += std::to_string(extent) + ", ";
    if (header.shape.size() > 1) shape.resize(shape.size() - 2);
    if (header.shape.size() == 1) shape.resize(shape.size() - 1);
    std::string text =
        "{'descr': '" + header.descr + "', 'fortran_order': " + (header.fortran_order ? "True" : "False") + ", 'shape': (" + shape + "), }";
    // Version 1.0: 64 dimensions of any extent stay far below its 65,535 bytes.
    size_t prefix = magic_size + 4, total = (prefix + text.size() + 1 + 63) / 64 * 64;
    text.append(total - prefix - text.size() - 1, ' ');
    text += '\n';
    std::string bytes(magic, magic_size);
    bytes += {'\x01', '\0', char(text.size() & 0xff), char(text.size() >> 8)};
    return bytes + text;
}

DLDataType dtype_of(const npy_header &header, bool bf16, const std::string &path) {
    const std::string &d = header.descr;
    auto refuse = [&](const std::string &what) { return failure(path + ": dtype '" + beginning(d) + "' " + what); };
    if (d.size() < 2) throw refuse("is not supported");
    if (d[0] == '>') throw refuse("is big-endian, expected little-endian");
    if (d[1] == 'O') throw refuse("holds objects, expected numbers");
    if (d[1] == 'b') throw refuse("is boolean, expected numbers");
    if (d[1] == 'c') throw refuse("is complex, expected real numbers");
    if ((d[0] != '<' && d[0] != '|' && d[0] != '=') || d.size() != 3) throw refuse("is not supported");
    int bits = (d[2] - '0') * 8;
    bool size_ok = bits == 8 || bits == 16 || bits == 32 || bits == 64;
    if (bf16 && d.substr(1) != "u2") throw refuse("with --bf16, expected '<u2'");
    if (bf16) return {kDLBfloat, 16, 1};
    if (d[1] == 'f' && size_ok && bits > 8) return {kDLFloat, uint8_t(bits), 1};
    if (d[1] == 'i' && size_ok) return {kDLInt, uint8_t(bits), 1};
    if (d[1] == 'u' && size_ok) return {kDLUInt, uint8_t(bits), 1};
    throw refuse("is not supported");
}

std::vector<int64_t> strides_of(const npy_header &header) {
    size_t n = header.shape.size();
    std::vector<int64_t> strides(n);
    uint64_t stride = 1;  // wraps only in an empty array, where strides do not matter
    for (size_t i = 0; i < n; i++) {
        size_t d = header.fortran_order ? i : n - 1 - i;
        strides[d] = int64_t(stride);
        stride *= uint64_t(header.shape[d]);
    }
    return strides;
}

uint64_t data_bytes(const npy_header &header, DLDataType type, const std::string &path) {
    for (int64_t extent : header.shape) {
        if (extent == 0) return 0;
    }
    int64_t bytes = type.bits / 8;
    for (int64_t extent : header.shape) {
        if (__builtin_mul_overflow(bytes, extent, &bytes)) throw failure(path + ": the shape needs more than 2^63 - 1 bytes");
    }
    return uint64_t(bytes);
}

}  // namespace slopewise::cli
