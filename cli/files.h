// Arrays in files, mapped: nothing is read or written through a buffer.
#pragma once

#include <memory>
#include <string>

#include "npy.h"
#include "output/interruption.h"
#include "output/replacement.h"

namespace slopewise::cli {

/// A file's bytes, mapped.
class mapping {
public:
    mapping(int fd, size_t size, bool writable, const std::string &path);
    ~mapping();
    mapping(const mapping &) = delete;
    mapping &operator=(const mapping &) = delete;
    char *data() const { return bytes; }

private:
    char *bytes = nullptr;
    size_t size = 0;
    std::unique_ptr<watched_memory> watched;
};

/// An array as a tensor; the tensor lives as long as this.
class array_file {
public:
    virtual ~array_file() = default;
    array_file() = default;
    array_file(const array_file &) = delete;
    array_file &operator=(const array_file &) = delete;
    DLTensor *tensor() { return &dl; }
    const npy_header &header() const { return npy; }
    uint64_t bytes() const { return size; }
    int64_t elements() const { return int64_t(size / (dl.dtype.bits / 8)); }

protected:
    void describe(char *data, DLDataType type);
    npy_header npy;
    std::vector<int64_t> strides;
    DLTensor dl = {};
    uint64_t size = 0;
};

class input_file : public array_file {
public:
    input_file(const std::string &path, bool bf16);

private:
    std::unique_ptr<mapping> map;
};

/// An array in a file that takes its place only by commit().
class output_file : public array_file {
public:
    output_file(const std::string &path, const npy_header &header, DLDataType type);

    replacement file;

private:
    std::unique_ptr<mapping> map;
};

}  // namespace slopewise::cli
