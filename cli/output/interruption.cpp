#include "output/interruption.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstring>

#include "output/printable.h"

namespace slopewise::cli {
namespace {

constexpr int interruptions[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

// A signal's handler runs on any thread: the progress line's, or one of a driver's. So a mask on this thread would put nothing
// off. Whoever takes the state from `open` goes on alone.
enum state_of_files { open, changing, ending };
std::atomic<int> state{open}, put_off{0};

// Temporaries of this process, removed when it is interrupted.
constexpr size_t max_temporaries = 4;
char temporaries[max_temporaries][4096];

struct watched {
    std::atomic<uintptr_t> begin, end;
    const std::string *message;
};
constexpr size_t max_watched = 8;
watched mapped[max_watched];

void remove_temporaries() {
    for (const char *path : temporaries) {
        if (path[0]) unlink(path);
    }
}

bool take(state_of_files next) {
    int found = open;
    return state.compare_exchange_strong(found, next);
}

/// Another thread is ending the process.
[[noreturn]] void wait_for_end() {
    for (;;) pause();
}

void interrupt(int signal) {
    put_off = signal;
    if (!take(ending)) return;
    remove_temporaries();
    std::signal(signal, SIG_DFL);
    raise(signal);
}

const std::string *message_for(uintptr_t address) {
    for (const watched &m : mapped) {
        if (address >= m.begin && address < m.end) return m.message;
    }
    return nullptr;
}

void report_bus_error(int signal, siginfo_t *about, void *) {
    const std::string *message = message_for(reinterpret_cast<uintptr_t>(about->si_addr));
    if (!message) return (void)std::signal(signal, SIG_DFL);  // and the same instruction again
    if (!take(ending)) wait_for_end();
    remove_temporaries();
    (void)!write(STDERR_FILENO, message->data(), message->size());
    _exit(1);
}

/// Before the first file is made: a signal between that and its handler would leave the file.
void handle_interruptions() {
    static const bool done = [] {
        for (int signal : interruptions) {
            if (std::signal(signal, interrupt) == SIG_IGN) std::signal(signal, SIG_IGN);  // nohup
        }
        std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is an error like a full disk
        return true;
    }();
    (void)done;
}

void handle_bus_errors() {
    struct sigaction action = {};
    action.sa_sigaction = report_bus_error;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGBUS, &action, nullptr);
}

}  // namespace

uninterrupted::uninterrupted() {
    handle_interruptions();
    if (!take(changing)) wait_for_end();
}

uninterrupted::~uninterrupted() {
    state = open;
    if (put_off) interrupt(put_off);
}

void add_temporary(const std::string &path) {
    for (char *slot : temporaries) {
        if (slot[0] || path.size() >= sizeof temporaries[0]) continue;
        std::memcpy(slot, path.c_str(), path.size() + 1);
        break;
    }
}

void forget_temporary(const std::string &path) {
    for (char *slot : temporaries) {
        if (path == slot) slot[0] = '\0';
    }
}

watched_memory::watched_memory(const char *begin, size_t size, const std::string &path)
    : message(std::string(isatty(STDERR_FILENO) ? "\r\033[K" : "") + "slopewise: " + printable(path) + ": became shorter during the run\n"),
      slot(0) {
    while (slot < max_watched && mapped[slot].message) slot++;
    if (slot == max_watched) return;
    mapped[slot].message = &message;
    mapped[slot].begin = reinterpret_cast<uintptr_t>(begin);
    mapped[slot].end = reinterpret_cast<uintptr_t>(begin) + size;
    handle_bus_errors();
}

watched_memory::~watched_memory() {
    if (slot == max_watched) return;
    mapped[slot].begin = mapped[slot].end = 0;
    mapped[slot].message = nullptr;
}

}  // namespace slopewise::cli
