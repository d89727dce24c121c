#include "progress.h"

#include <unistd.h>

#include <cstdio>

namespace slopewise::cli {

progress::progress(const std::string &what, uint64_t bytes) {
    if (isatty(STDERR_FILENO)) thread = std::thread([this, what, bytes] { show(what, double(bytes) * 1e-9); });
}

progress::~progress() {
    if (!thread.joinable()) return;
    {
        std::lock_guard<std::mutex> lock(mutex);
        done = true;
    }
    changed.notify_one();
    thread.join();
}

void progress::show(const std::string &what, double gigabytes) {
    std::unique_lock<std::mutex> lock(mutex);
    int seconds = 0;
    while (!changed.wait_for(lock, std::chrono::seconds(1), [this] { return done; })) {
        std::fprintf(stderr, "\r%s: %.1f GB to read and write, %d s", what.c_str(), gigabytes, ++seconds);
    }
    if (seconds) std::fprintf(stderr, "\r\033[K");
}

}  // namespace slopewise::cli
