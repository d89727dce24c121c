#include "files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "failure.h"

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

// Temporaries of this process, removed when it is interrupted.
constexpr int max_temporaries = 4;
char temporaries[max_temporaries][4096];

void remove_temporaries(int signal) {
    for (char *path : temporaries) {
        if (path[0]) unlink(path);
    }
    std::signal(signal, SIG_DFL);
    raise(signal);
}

void remember(const std::string &path) {
    for (char *slot : temporaries) {
        if (slot[0] || path.size() >= sizeof temporaries[0]) continue;
        std::memcpy(slot, path.c_str(), path.size() + 1);
        for (int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, remove_temporaries);
        return;
    }
}

void forget(const std::string &path) {
    for (char *slot : temporaries) {
        if (path == slot) slot[0] = '\0';
    }
}

/// Follows a link, so that what it points to is replaced; refuses what is not a file.
std::string resolved(const std::string &path) {
    struct stat status;
    if (stat(path.c_str(), &status) != 0) return path;
    if (!S_ISREG(status.st_mode)) throw failure(path + ": exists and is not a regular file");
    char *real = realpath(path.c_str(), nullptr);
    std::string result = real ? real : path;
    std::free(real);
    return result;
}

std::string beside(const std::string &path, const char *purpose) { return path + "." + purpose + "." + std::to_string(getpid()); }

int create(const std::string &temporary, const std::string &target) {
    int fd = open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) throw system_failure(target, "cannot write beside it");
    struct stat existing;
    if (stat(target.c_str(), &existing) == 0) (void)fchmod(fd, existing.st_mode & 07777);
    return fd;
}

}  // namespace

mapping::mapping(int fd, size_t size, bool writable, const std::string &path) : size(size) {
    int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ, flags = size <= populated ? MAP_POPULATE : 0;
    void *at = mmap(nullptr, size, protection, flags | (writable ? MAP_SHARED : MAP_PRIVATE), fd, 0);
    if (at == MAP_FAILED) throw system_failure(path, "cannot be mapped");
    bytes = static_cast<char *>(at);
}

mapping::~mapping() {
    if (bytes) munmap(bytes, size);
}

void array_file::describe(char *data, DLDataType type) {
    strides = strides_of(npy);
    dl = {data, {kDLCPU, 0}, int(npy.shape.size()), type, npy.shape.data(), strides.data(), 0};
}

input_file::input_file(const std::string &path, bool bf16) {
    descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
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

output_file::output_file(const std::string &path, const npy_header &header, DLDataType type)
    : target(resolved(path)), temporary(beside(target, "part")) {
    npy = header;
    size = data_bytes(npy, type, path);
    std::string text = format_npy(npy);
    descriptor file(create(temporary, target));
    remember(temporary);
    // Reserved in full: a disk that fills up is an error here and not a signal while the kernel writes.
    int error = posix_fallocate(file.fd, 0, off_t(text.size() + size));
    if (error == 0) {
        map = std::make_unique<mapping>(file.fd, text.size() + size, true, path);
        std::memcpy(map->data(), text.data(), text.size());
        describe(map->data() + text.size(), type);
        return;
    }
    unlink(temporary.c_str());
    forget(temporary);
    errno = error;
    throw system_failure(path, "cannot be written");
}

output_file::~output_file() {
    unlink(temporary.c_str());  // there is none after a commit
    forget(temporary);
}

void commit(const std::vector<output_file *> &outputs) {
    std::vector<std::string> kept;
    size_t done = 0;
    auto restore = [&] {
        for (size_t i = 0; i < kept.size(); i++) {
            if (kept[i].empty() ? i < done && unlink(outputs[i]->target.c_str()) : rename(kept[i].c_str(), outputs[i]->target.c_str())) {
                continue;  // nothing more can be done
            }
        }
    };
    for (output_file *o : outputs) {
        // A second name for what is replaced, to bring it back if a later rename fails.
        std::string old = beside(o->target, "old");
        bool exists = outputs.size() > 1 && link(o->target.c_str(), old.c_str()) == 0;
        kept.push_back(exists ? old : "");
        if (rename(o->temporary.c_str(), o->target.c_str()) != 0) {
            failure f = system_failure(o->target, "cannot be replaced");
            restore();
            throw f;
        }
        done++;
    }
    for (const std::string &old : kept) {
        if (!old.empty()) unlink(old.c_str());
    }
}

}  // namespace slopewise::cli
