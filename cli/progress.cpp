#include "progress.h"

#include <unistd.h>

#include <cstdio>

namespace slopewise::cli {

progress::progress(const std::string &what) : what(what) {
    if (isatty(STDERR_FILENO)) thread = std::thread([this] { show(); });
}

void progress::doing(const std::string &now) {
    std::lock_guard<std::mutex> lock(mutex);
    what = now;
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

void progress::show() {
    std::unique_lock<std::mutex> lock(mutex);
    int seconds = 0;
    while (!changed.wait_for(lock, std::chrono::seconds(1), [this] { return done; })) {
        std::fprintf(stderr, "\r\033[K%s: %d s", what.c_str(), ++seconds);
        if (uint64_t count = bytes) std::fprintf(stderr, ", %.1f GB to read and write", double(count) * 1e-9);
    }
    if (seconds) std::fprintf(stderr, "\r\033[K");
}

}  // namespace slopewise::cli
