// What ends the program early, and what it leaves behind then: nothing.
#pragma once

#include <cstddef>
#include <string>

namespace slopewise::cli {

/// Puts interruptions off, on whatever thread they arrive, while the files and what is known of them disagree. Not to be nested.
class uninterrupted {
public:
    uninterrupted();
    ~uninterrupted();
    uninterrupted(const uninterrupted &) = delete;
    uninterrupted &operator=(const uninterrupted &) = delete;
};

/// A file that is removed when the program is interrupted, from add to forget. Both within an `uninterrupted`.
void add_temporary(const std::string &path);
void forget_temporary(const std::string &path);

/// Memory that is a file's, for as long as an object of this lives. A file that shrinks meanwhile is an error that ends the program,
/// as any other does: a line, and status 1.
class watched_memory {
public:
    watched_memory(const char *begin, size_t size, const std::string &path);
    ~watched_memory();
    watched_memory(const watched_memory &) = delete;
    watched_memory &operator=(const watched_memory &) = delete;

private:
    const std::string message;
    size_t slot;
};

}  // namespace slopewise::cli
