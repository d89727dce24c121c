#include "files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "output/failure.h"

namespace slopewise::cli {
namespace {

failure system_failure(const std::string &path, const char *what) { return failure(path + ": " + what + ": " + std::strerror(errno)); }

/// Mappings up to this size are read in at once, so that the operation and not its page faults is timed.
constexpr size_t populated = size_t{1} << 30;

struct descriptor {
    int fd;
    explicit descriptor(int fd) : fd(fd) {}
    ~descriptor() {
        if (fd >= 0) close(fd);
    }
    descriptor(const descriptor &) = delete;
    descriptor &operator=(const descriptor &) = delete;
};

}  // namespace

mapping::mapping(int fd, size_t size, bool writable, const std::string &path) : size(size) {
    int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ, flags = size <= populated ? MAP_POPULATE : 0;
    void *at = mmap(nullptr, size, protection, flags | (writable ? MAP_SHARED : MAP_PRIVATE), fd, 0);
    if (at == MAP_FAILED) throw system_failure(path, "cannot be mapped");
    bytes = static_cast<char *>(at);
    watched = std::make_unique<watched_memory>(bytes, size, path);
}

mapping::~mapping() { munmap(bytes, size); }

void array_file::describe(char *data, DLDataType type) {
    strides = strides_of(npy);
    dl = {data, {kDLCPU, 0}, int(npy.shape.size()), type, npy.shape.data(), strides.data(), 0};
}

input_file::input_file(const std::string &path, bool bf16) {
    descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a pipe is refused, not waited for
    struct stat status;
    if (file.fd < 0 || fstat(file.fd, &status) != 0) throw system_failure(path, "cannot be read");
    if (!S_ISREG(status.st_mode)) throw failure(path + ": not a regular file");
    auto length = uint64_t(status.st_size);
    if (length == 0) throw failure(path + ": not a .npy file (it is empty)");
    map = std::make_unique<mapping>(file.fd, length, false, path);
    npy = parse_npy(map->data(), length, path);
    DLDataType type = dtype_of(npy, bf16, path);
    size = data_bytes(npy, type, path);
    if (length - npy.data_offset < size) {
        throw failure(path + ": truncated: " + std::to_string(length - npy.data_offset) + " bytes of data, the shape needs " +
                      std::to_string(size));
    }
    describe(map->data() + npy.data_offset, type);
}

output_file::output_file(const std::string &path, const npy_header &header, DLDataType type) : file(path) {
    npy = header;
    size = data_bytes(npy, type, path);
    std::string text = format_npy(npy);
    // Reserved in full: a disk that fills up is an error here and not a signal while the kernel writes.
    int error = posix_fallocate(file.descriptor(), 0, off_t(text.size() + size));
    if (error) throw failure(path + ": cannot be written: " + std::strerror(error));
    map = std::make_unique<mapping>(file.descriptor(), text.size() + size, true, path);
    std::memcpy(map->data(), text.data(), text.size());
    describe(map->data() + text.size(), type);
}

}  // namespace slopewise::cli
