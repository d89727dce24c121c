#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace slopewise::cli {

/// A line on a terminal's stderr, from the first second of the work on, gone when the work is done.
class progress {
public:
    progress(const std::string &what, uint64_t bytes);
    ~progress();
    progress(const progress &) = delete;
    progress &operator=(const progress &) = delete;

private:
    void show(const std::string &what, double gigabytes);
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    std::thread thread;
};

}  // namespace slopewise::cli
