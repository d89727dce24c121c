#include "autotune/verification.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <functional>
#include <new>

#include "support/draws_check.h"
#include "support/kernel_check.h"

namespace slopewise::autotune {
namespace {

const test::check_range range = {4099};

/// What the child tells: the length it is at, and what it found, readable after it has died.
struct finding {
    volatile size_t length;
    char text[512];
};

class shared_finding {
public:
    shared_finding() : memory(mmap(nullptr, sizeof(finding), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
        if (memory == MAP_FAILED) throw std::bad_alloc();
    }
    ~shared_finding() { munmap(memory, sizeof(finding)); }
    shared_finding(const shared_finding &) = delete;
    shared_finding &operator=(const shared_finding &) = delete;
    finding *operator->() const { return static_cast<finding *>(memory); }

private:
    void *memory;
};

std::string check(const call_shape &shape, kernel_function f, finding &at) {
    auto begun = [&at](size_t n) { at.length = n; };
    if (shape.reference) {
        return test::check_kernel(test::expected(*shape.reference, shape.type, range), test::kernel_caller(f, shape.form), begun);
    }
    lone_kernel alone(shape.id, shape.type, f);
    return test::check_draws(alone.as_variant(), 8 * range.first_block, begun);
}

/// Finds out what is wrong, or nothing, and notes the length that it is at.
using examination = std::function<std::string(finding &)>;

[[noreturn]] void examine_in_child(const examination &examine, finding &result, double seconds_allowed) {
    for (int s : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) std::signal(s, SIG_DFL);
    std::signal(SIGINT, SIG_IGN);                   // the parent decides
    (void)!std::freopen("/dev/null", "w", stderr);  // where malloc complains of what was overwritten
    alarm(unsigned(seconds_allowed + 1));
    std::string wrong = examine(result);
    std::strncpy(result.text, wrong.c_str(), sizeof result.text - 1);
    _exit(0);
}

std::string outcome_of(const examination &examine, double seconds_allowed) {
    shared_finding result;
    pid_t child = fork();
    if (child < 0) throw std::bad_alloc();
    if (child == 0) examine_in_child(examine, *result.operator->(), seconds_allowed);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return result->text;
    std::string how = "ends the process";
    if (WIFSIGNALED(status)) how = WTERMSIG(status) == SIGALRM ? "has no end" : std::string("dies of ") + strsignal(WTERMSIG(status));
    return how + " at a length of " + std::to_string(result->length);
}

}  // namespace

std::string verify(const call_shape &shape, kernel_function f, double seconds_allowed) {
    return outcome_of([&](finding &at) { return check(shape, f, at); }, seconds_allowed);
}

std::string verify_call(workspace &memory, const call_shape &shape, kernel_function f, int64_t n,
                        const std::vector<unsigned char> &expected, double seconds_allowed) {
    auto examine = [&](finding &at) {
        at.length = size_t(n);
        bool equal = memory.bytes_of_call(shape, f, n) == expected;
        return equal ? std::string() : "gives other bytes at a length of " + std::to_string(n);
    };
    return outcome_of(examine, seconds_allowed);
}

}  // namespace slopewise::autotune
