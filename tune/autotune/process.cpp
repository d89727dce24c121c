#include "autotune/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <system_error>

namespace slopewise::autotune {
namespace {

using clock = std::chrono::steady_clock;

/// The read end of a child's standard error, not handed to other children.
struct pipe_ends {
    int ends[2];
    pipe_ends() {
        if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    }
    ~pipe_ends() {
        close(ends[0]);
        if (ends[1] >= 0) close(ends[1]);
    }
    pipe_ends(const pipe_ends &) = delete;
    pipe_ends &operator=(const pipe_ends &) = delete;
    void close_write_end() {
        close(ends[1]);
        ends[1] = -1;
    }
};

/// In a process group of its own: a Ctrl-C on the terminal is the parent's to handle.
pid_t start(const std::vector<std::string> &command, int error_end) {
    std::vector<char *> arguments;
    for (const std::string &a : command) arguments.push_back(const_cast<char *>(a.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, error_end, STDERR_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    pid_t child = -1;
    int failure = posix_spawnp(&child, arguments[0], &actions, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failure) throw std::system_error(failure, std::generic_category(), command[0]);
    return child;
}

/// Until the child closes its end or the time is over; whether it did.
bool read_all(int from, clock::time_point until, std::string &text) {
    for (;;) {
        auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - clock::now()).count();
        pollfd p = {from, POLLIN, 0};
        if (left <= 0 || (poll(&p, 1, int(left)) < 0 && errno != EINTR)) return false;
        if (p.revents == 0) continue;
        char buffer[4096];
        ssize_t got = read(from, buffer, sizeof buffer);
        if (got == 0) return true;
        if (got > 0) text.append(buffer, size_t(got));
    }
}

std::string last_line(std::string text) {
    text.erase(text.find_last_not_of(" \n") + 1);
    return text.substr(text.find_last_of('\n') + 1);
}

}  // namespace

std::string run_program(const std::vector<std::string> &command, double seconds_allowed) {
    pipe_ends error;
    pid_t child = start(command, error.ends[1]);
    error.close_write_end();
    std::string text;
    auto until = clock::now() + std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(seconds_allowed));
    bool ended = read_all(error.ends[0], until, text);
    if (!ended) kill(child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!ended) return "took more than " + std::to_string(int(seconds_allowed)) + " s";
    if (WIFSIGNALED(status)) return std::string("died of ") + strsignal(WTERMSIG(status));
    if (WEXITSTATUS(status) == 0) return {};
    return text.empty() ? "ended with status " + std::to_string(WEXITSTATUS(status)) : last_line(text);
}

}  // namespace slopewise::autotune
