// Files that are written beside their target and take its place only when all is done.
#pragma once

#include <string>
#include <vector>

namespace slopewise::cli {

/// A new, empty file beside the target. Unless commit() puts it in place, nothing of it is left behind, not even when
/// the program is interrupted. Throws failure.
class replacement {
public:
    explicit replacement(const std::string &path);
    ~replacement();
    replacement(const replacement &) = delete;
    replacement &operator=(const replacement &) = delete;
    int descriptor() const { return fd; }

    const std::string target;  ///< absolute, links followed

private:
    friend void commit(const std::vector<const replacement *> &files);
    std::string temporary;
    int fd = -1;
};

/// Puts all files in place or, where one cannot be, leaves every target as it was. Throws failure.
void commit(const std::vector<const replacement *> &files);

/// Appends a text. Throws failure.
void write(const replacement &file, const std::string &text);

}  // namespace slopewise::cli
