#include "tokens.h"

#include <cctype>
#include <sstream>

namespace slopewise::test::ptx {
namespace {

bool is_of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '.' || c == '%'; }

}  // namespace

std::vector<std::string> lines_of(const char *text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

tokens::tokens(const std::vector<std::string> &lines) {
    for (size_t i = 0; i < lines.size(); i++) split(lines[i].substr(0, lines[i].find("//")), int(i) + 1);
}

/// A minus sign belongs to its number.
void tokens::split(const std::string &text, int line) {
    for (size_t i = 0; i < text.size();) {
        size_t begin = i++;
        if (std::isspace(static_cast<unsigned char>(text[begin]))) continue;
        if (is_of_word(text[begin]) || text[begin] == '-') {
            while (i < text.size() && is_of_word(text[i])) i++;
        }
        all.push_back({text.substr(begin, i - begin), line});
    }
}

const std::string &tokens::peek() const {
    static const std::string nothing;
    return at_end() ? nothing : all[at].text;
}

std::string tokens::take() {
    if (at_end()) fail("the text ends too early");
    return all[at++].text;
}

void tokens::expect(const std::string &what) {
    std::string found = take();
    if (found != what) fail("found \"" + found + "\", expected \"" + what + "\"");
}

bool tokens::take_if(const std::string &what) {
    if (peek() != what) return false;
    at++;
    return true;
}

void tokens::fail(const std::string &what) const { throw syntax_error("line " + std::to_string(line()) + ": " + what); }

}  // namespace slopewise::test::ptx
