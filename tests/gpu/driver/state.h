// What the driver keeps, and how its functions begin.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "../ptx/launch.h"
#include "interpreted_cuda.h"

namespace slopewise::test::cuda {

// As in cuda.h.
enum result : int {
    success = 0,
    invalid_value = 1,
    out_of_memory = 2,
    not_initialized = 3,
    no_device = 100,
    invalid_device = 101,
    invalid_context = 201,
    invalid_ptx = 218,
    invalid_handle = 400,
    not_found = 500,
    capture_unsupported = 900,
    capture_invalidated = 901,
    capture_implicit = 906,
    capture_wrong_thread = 908
};
enum capture_mode : int { capture_globally, capture_in_thread, capture_relaxed };

struct context;

/// What a stream does one after another; it throws faults.
using work = std::function<void()>;

struct graph {
    std::vector<work> nodes;
};

struct capture {
    int mode;
    std::thread::id by;
    graph into;
    bool broken = false;
};

struct stream {
    context *in;
    bool non_blocking;
    std::deque<work> waiting = {};  ///< until something waits for it
    std::optional<cuda::capture> capture = {};
};

struct context {
    int device;
    ptx::device_memory memory;
    int failed = success;  ///< since a launch had a fault: so fails everything
    stream legacy{this, false};

    explicit context(int device) : device(device) {}
    context(const context &) = delete;
    context &operator=(const context &) = delete;
};

/// It has one function.
struct module {
    context *in;
    size_t number;
    ptx::kernel kernel;
};

template <class T>
class owned {
public:
    template <class... Arguments>
    T *add(Arguments &&...arguments) {
        all.push_back(std::unique_ptr<T>(new T{std::forward<Arguments>(arguments)...}));
        return all.back().get();
    }
    /// Null where it is not one of these.
    T *find(const void *handle) const {
        for (const auto &one : all) {
            if (one.get() == handle) return one.get();
        }
        return nullptr;
    }
    bool remove(const void *handle) {
        return std::erase_if(all, [&](const auto &one) { return one.get() == handle; }) > 0;
    }
    auto begin() const { return all.begin(); }
    auto end() const { return all.end(); }

private:
    std::vector<std::unique_ptr<T>> all;
};

struct everything {
    interpreted_cuda shown;
    owned<context> contexts;
    std::vector<context *> primary;  ///< by device, null before it is retained
    std::map<std::thread::id, std::vector<context *>> current;
    owned<stream> streams;
    owned<module> modules;
    owned<graph> graphs;
    int initialized_by = 0;  ///< a process: in its children nothing works
};

/// Made by the first caller and never destroyed: programs call while they exit.
everything &all();

/// Under the lock: what fails before the function begins, if anything does.
int admit(const char *function);
/// Says what went wrong.
int fail(int error, const std::string &what);

/// Every function that a test may let fail: one at a time, counted.
template <class Function>
int entered(const char *name, Function function) {
    std::lock_guard<std::mutex> lock(all().shown.lock);
    int error = admit(name);
    return error ? error : function();
}

/// The calling thread's contexts, of which the last is current.
std::vector<context *> &current_contexts();
/// Null where none is current; a failed one is none.
context *current_context(int *error);

/// Whether an unsafe call of this thread would fall into a capture, which it breaks.
bool breaks_capture();
int exchange_capture_mode(int mode);

/// For work that is handed to it; null with an error.
stream *find_stream(void *handle, int *error);
/// To its stream, after what the legacy stream's rules put before it, or into the graph that is captured.
int enqueue(stream &s, work w);
/// Does what waits in it. The context's error from then on, if something fails.
int finish(stream &s);
/// Waits as calls do that know no stream: for the legacy stream and all that wait for it.
int finish_legacy(context &c);
int finish_all(context &c);

}  // namespace slopewise::test::cuda
