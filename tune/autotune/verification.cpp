#include "autotune/verification.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
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

/// What a child tells: the length it is at, and what it found, readable after it has died.
struct finding {
    volatile size_t length;
    char text[512];
};

finding &shared_finding() {
    static void *memory = mmap(nullptr, sizeof(finding), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    std::memset(memory, 0, sizeof(finding));
    return *static_cast<finding *>(memory);
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
    finding &result = shared_finding();
    pid_t child = fork();
    if (child < 0) throw std::bad_alloc();
    if (child == 0) examine_in_child(examine, result, seconds_allowed);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return result.text;
    std::string how = "ends the process";
    if (WIFSIGNALED(status)) how = WTERMSIG(status) == SIGALRM ? "has no end" : std::string("dies of ") + strsignal(WTERMSIG(status));
    return how + " at a length of " + std::to_string(result.length);
}

}  // namespace

std::string verify(const call_shape &shape, kernel_function f, double seconds_allowed) {
    auto examine = [&](finding &at) {
        auto begun = [&at](size_t n) { at.length = n; };
        if (!shape.reference) return test::check_draws(lone_kernel(shape.id, shape.type, f).as_variant(), 8 * range.first_block, begun);
        return test::check_kernel(test::expected(*shape.reference, shape.type, range), test::kernel_caller(f, shape.form), begun);
    };
    return outcome_of(examine, seconds_allowed);
}

std::string verdict_on(const call_shape &shape, const emitted &e) {
    if (!e.function) return "refused: " + e.refusal;
    std::string wrong = verify(shape, e.function);
    return wrong.empty() ? "right" : "wrong: " + wrong;
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
