// A file in memory: what is under test reads files, and a fuzzer writes thousands a second.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "expect.h"

namespace slopewise::test {

class memory_file {
public:
    memory_file() : handle(memfd_create("fuzz", MFD_CLOEXEC)) { expect(handle >= 0, "no memory"); }
    memory_file(const memory_file &) = delete;
    ~memory_file() { close(handle); }

    std::string path() const { return "/proc/self/fd/" + std::to_string(handle); }
    void set(const std::string &text) {
        expect(ftruncate(handle, 0) == 0 && pwrite(handle, text.data(), text.size(), 0) == ssize_t(text.size()), "it cannot be written");
    }

private:
    int handle;
};

}  // namespace slopewise::test
