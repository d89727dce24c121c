#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace slopewise::cli {

/// A line on a terminal's stderr, from the first second of the work on, gone when the work is done.
class progress {
public:
    explicit progress(const std::string &what);
    ~progress();
    progress(const progress &) = delete;
    progress &operator=(const progress &) = delete;

    /// What is done now.
    void doing(const std::string &what);

    /// How much the work reads and writes, once that is known.
    void amount(uint64_t count) { bytes = count; }

private:
    void show();
    std::string what;
    std::atomic<uint64_t> bytes{0};
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    std::thread thread;
};

}  // namespace slopewise::cli
