#include "state.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace slopewise::test::cuda {
namespace {

bool replace(size_t number, const std::string &ptx) {
    everything &a = all();
    std::lock_guard<std::mutex> lock(a.shown.lock);
    for (const auto &c : a.contexts) c->failed = success;
    for (const auto &m : a.modules) {
        if (m->number != number) continue;
        try {
            m->kernel = ptx::parse(ptx.c_str());
            return true;
        } catch (const ptx::syntax_error &e) {
            a.shown.problem = e.what();
        }
    }
    return false;
}

thread_local int its_capture_mode = capture_globally;

/// Whether a capture forbids this thread what is unsafe.
bool forbids(const capture &c) {
    bool own = c.by == std::this_thread::get_id();
    if (its_capture_mode == capture_relaxed) return false;
    return own ? c.mode != capture_relaxed : its_capture_mode == capture_globally && c.mode == capture_globally;
}

}  // namespace

// ThreadSanitizer knows of this lock, and not of the loader's around a library's own statics.
everything &all() {
    static everything &it = *[] {
        auto *made = new everything;
        made->shown.replace = replace;
        return made;
    }();
    return it;
}

int admit(const char *function) {
    everything &a = all();
    if (a.shown.forgetful) return success;
    a.shown.calls[function]++;
    if (a.initialized_by && a.initialized_by != getpid()) return not_initialized;
    if (a.shown.calls_to_failure && --a.shown.calls_to_failure == 0) {
        a.shown.failed = function;
        return not_found;
    }
    auto failure = a.shown.fails.find(function);
    return failure == a.shown.fails.end() ? success : failure->second;
}

int fail(int error, const std::string &what) {
    all().shown.problem = what;
    std::fprintf(stderr, "PTX interpreter: %s\n", what.c_str());
    return error;
}

std::vector<context *> &current_contexts() {
    return all().current[std::this_thread::get_id()];  // a thread's own would be gone while the program exits
}

context *current_context(int *error) {
    std::vector<context *> &contexts = current_contexts();
    context *current = contexts.empty() ? nullptr : contexts.back();
    *error = current ? current->failed : fail(invalid_context, "no context is current");
    return *error ? nullptr : current;
}

bool breaks_capture() {
    bool breaks = false;
    for (const auto &s : all().streams) {
        if (!s->capture || !forbids(*s->capture)) continue;
        s->capture->broken = true;
        breaks = true;
    }
    return breaks;
}

int exchange_capture_mode(int mode) { return std::exchange(its_capture_mode, mode); }

}  // namespace slopewise::test::cuda

extern "C" slopewise::test::interpreted_cuda *slopewise_interpreted_cuda() { return &slopewise::test::cuda::all().shown; }
