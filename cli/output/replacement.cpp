#include "output/replacement.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "output/failure.h"
#include "output/interruption.h"

namespace slopewise::cli {
namespace {

std::string absolute(const std::string &path, const std::string &named) {
    char *real = realpath(path.c_str(), nullptr);
    if (!real) throw failure(named + ": cannot be written: " + std::strerror(errno));
    std::string result = real;
    std::free(real);
    return result;
}

/// Follows a link, so that what it points to is replaced; refuses what is not a file.
std::string resolved(const std::string &path) {
    struct stat status;
    if (lstat(path.c_str(), &status) == 0) {
        if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) throw failure(path + ": exists and is not a regular file");
        return absolute(path, path);
    }
    size_t slash = path.rfind('/');
    std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    if (name.empty()) throw failure(path.empty() ? "an output's name is empty" : path + ": names a directory");
    return absolute(slash == std::string::npos ? "." : path.substr(0, slash + 1), path) + '/' + name;
}

/// The mode of the file that is replaced, or that of any new file.
mode_t mode_for(const std::string &target) {
    struct stat existing;
    if (stat(target.c_str(), &existing) == 0) return existing.st_mode & 0777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

bool move(const std::string &from, const std::string &to) { return rename(from.c_str(), to.c_str()) == 0; }

/// Two files change names. Where the file system has no such operation, through a third name.
bool exchange(const std::string &a, const std::string &b) {
    if (renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) return true;
    if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP) return false;
    std::string third = a + "-old";
    if (!move(b, third)) return false;
    bool replaced = move(a, b);
    if (replaced && move(third, a)) return true;
    int error = errno;
    if (replaced) (void)move(b, a);
    (void)move(third, b);
    errno = error;
    return false;
}

}  // namespace

replacement::replacement(const std::string &path)
    : target(resolved(path)), temporary(target.substr(0, target.rfind('/') + 1) + ".slopewise-XXXXXX") {
    uninterrupted here;
    fd = mkostemp(temporary.data(), O_CLOEXEC);
    if (fd < 0) throw failure(path + ": cannot be written: " + std::strerror(errno));
    add_temporary(temporary);
    (void)fchmod(fd, mode_for(target));
}

replacement::~replacement() {
    uninterrupted here;
    close(fd);
    unlink(temporary.c_str());  // after a commit: nothing, or what was replaced
    forget_temporary(temporary);
}

void commit(const std::vector<const replacement *> &files) {
    uninterrupted here;
    std::vector<bool> existed;
    for (const replacement *f : files) {
        bool last = existed.size() + 1 == files.size(), exists = access(f->target.c_str(), F_OK) == 0;
        if (!last && exists ? exchange(f->temporary, f->target) : move(f->temporary, f->target)) {
            existed.push_back(exists);
            continue;
        }
        failure error(f->target + ": cannot be replaced: " + std::strerror(errno));
        for (size_t i = existed.size(); i-- > 0;) {
            const replacement &done = *files[i];
            // Should this fail too, nothing more can be done.
            (void)(existed[i] ? exchange(done.temporary, done.target) : move(done.target, done.temporary));
        }
        throw error;
    }
}

void write(const replacement &file, const std::string &text) {
    for (size_t done = 0; done < text.size();) {
        ssize_t wrote = ::write(file.descriptor(), text.data() + done, text.size() - done);
        if (wrote < 0) throw failure(file.target + ": cannot be written: " + std::strerror(errno));
        done += size_t(wrote);
    }
}

}  // namespace slopewise::cli
