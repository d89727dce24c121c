// PTX as words and signs.
#pragma once

#include <string>
#include <vector>

#include "kernel.h"

namespace slopewise::test::ptx {

class tokens {
public:
    explicit tokens(const std::vector<std::string> &lines);

    bool at_end() const { return at == all.size(); }
    /// The next one, which stays; nothing at the end.
    const std::string &peek() const;
    std::string take();
    void expect(const std::string &what);
    bool take_if(const std::string &what);
    /// Of the token that was taken last.
    int line() const { return at > 0 ? all[at - 1].line : 1; }
    [[noreturn]] void fail(const std::string &what) const;

private:
    struct token {
        std::string text;
        int line;
    };
    void split(const std::string &text, int line);

    std::vector<token> all;
    size_t at = 0;
};

std::vector<std::string> lines_of(const char *text);

}  // namespace slopewise::test::ptx
