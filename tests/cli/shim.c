/* Preloaded into the program: something happens before the SHIM_AT-th of the calls below, or of those named SHIM_CALL.
 * SHIM_DO: "signal": SIGINT to the process; "elsewhere": to another of its threads; "fail": the call fails.
 * SHIM_EXCHANGE=no: the file system cannot exchange two files.
 * A file that programs begun meanwhile would inherit ends the process. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_t other;
static int met;

static void *idle(void *unused) {
    for (;;) pause();
    return unused;
}

__attribute__((constructor)) static void start(void) { pthread_create(&other, NULL, idle, NULL); }

/* Whether the call is to fail. */
static int meet(const char *call) {
    const char *only = getenv("SHIM_CALL"), *at = getenv("SHIM_AT"), *action = getenv("SHIM_DO");
    if (!at || !action || (only && strcmp(only, call) != 0)) return 0;
    if (__atomic_add_fetch(&met, 1, __ATOMIC_SEQ_CST) != atoi(at)) return 0;
    if (strcmp(action, "fail") == 0) return errno = EACCES, 1;
    if (strcmp(action, "signal") == 0) kill(getpid(), SIGINT);
    if (strcmp(action, "elsewhere") == 0) {
        pthread_kill(other, SIGINT);
        usleep(20000);
    }
    return 0;
}

static void require_close_on_exec(const char *path, int flags) {
    if (flags & O_CLOEXEC) return;
    dprintf(2, "shim: %s is opened without O_CLOEXEC\n", path);
    _exit(97);
}

#define WRAP(result, name, parameters, arguments)                        \
    result name parameters {                                             \
        static result(*real) parameters;                                 \
        if (!real) real = (result(*) parameters)dlsym(RTLD_NEXT, #name); \
        if (meet(#name)) return (result)-1;                              \
        return real arguments;                                           \
    }

WRAP(int, rename, (const char *from, const char *to), (from, to))
WRAP(int, unlink, (const char *path), (path))
WRAP(int, close, (int fd), (fd))
WRAP(int, fstat, (int fd, struct stat *s), (fd, s))
WRAP(int, stat, (const char *path, struct stat *s), (path, s))
WRAP(int, lstat, (const char *path, struct stat *s), (path, s))
WRAP(int, access, (const char *path, int mode), (path, mode))
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(int, posix_fallocate, (int fd, off_t from, off_t size), (fd, from, size))
WRAP(int, munmap, (void *at, size_t size), (at, size))
WRAP(void *, mmap, (void *at, size_t size, int p, int f, int fd, off_t from), (at, size, p, f, fd, from))
WRAP(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size))

int renameat2(int a, const char *from, int b, const char *to, unsigned how) {
    static int (*real)(int, const char *, int, const char *, unsigned);
    if (!real) real = (int (*)(int, const char *, int, const char *, unsigned))dlsym(RTLD_NEXT, "renameat2");
    if (meet("renameat2")) return -1;
    if (getenv("SHIM_EXCHANGE")) return errno = EINVAL, -1;
    return real(a, from, b, to, how);
}

int mkostemp(char *path, int flags) {
    static int (*real)(char *, int);
    if (!real) real = (int (*)(char *, int))dlsym(RTLD_NEXT, "mkostemp");
    require_close_on_exec(path, flags);
    return meet("mkostemp") ? -1 : real(path, flags);
}

int open(const char *path, int flags, ...) {
    static int (*real)(const char *, int, ...);
    va_list more;
    va_start(more, flags);
    int mode = flags & O_CREAT ? va_arg(more, int) : 0;
    va_end(more);
    if (!real) real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
    require_close_on_exec(path, flags);
    return meet("open") ? -1 : real(path, flags, mode);
}
