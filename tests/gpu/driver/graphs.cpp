// Streams and the graphs that are captured of them.
#include "state.h"

using namespace slopewise::test;
using namespace slopewise::test::cuda;

namespace {

constexpr unsigned non_blocking = 1;

template <class Function>
int with_stream(const char *name, void *handle, Function function) {
    return entered(name, [&]() -> int {
        int error;
        stream *s = find_stream(handle, &error);
        return s ? function(*s) : error;
    });
}

}  // namespace

extern "C" {

int cuStreamCreate(stream **made, unsigned flags) {
    return entered(__func__, [&]() -> int {
        int error;
        context *c = current_context(&error);
        if (c) *made = all().streams.add(c, (flags & non_blocking) != 0);
        return error;
    });
}

int cuStreamDestroy_v2(stream *s) {
    return with_stream(__func__, s, [&](stream &found) {
        int error = finish(found);
        (void)all().streams.remove(s);
        return error;
    });
}

int cuStreamSynchronize(void *handle) {
    return with_stream(__func__, handle, [](stream &s) {
        if (s.capture) {
            s.capture->broken = true;
            return fail(capture_unsupported, "a stream that is captured is waited for");
        }
        return &s == &s.in->legacy ? finish_legacy(*s.in) : finish(s);
    });
}

int cuThreadExchangeStreamCaptureMode(int *mode) {
    return entered(__func__, [&] {
        if (*mode < capture_globally || *mode > capture_relaxed) return invalid_value;
        *mode = exchange_capture_mode(*mode);
        return success;
    });
}

int cuStreamBeginCapture_v2(void *handle, int mode) {
    return with_stream(__func__, handle, [&](stream &s) -> int {
        if (&s == &s.in->legacy) return fail(capture_unsupported, "the legacy stream cannot be captured");
        if (s.capture) return invalid_value;
        s.capture = capture{mode, std::this_thread::get_id(), {}};
        return success;
    });
}

int cuStreamEndCapture(void *handle, graph **captured) {
    return with_stream(__func__, handle, [&](stream &s) {
        *captured = nullptr;
        if (!s.capture) return invalid_value;
        if (s.capture->mode != capture_relaxed && s.capture->by != std::this_thread::get_id()) return capture_wrong_thread;
        bool broken = s.capture->broken;
        if (!broken) *captured = all().graphs.add(std::move(s.capture->into));
        s.capture.reset();
        return broken ? capture_invalidated : success;
    });
}

/// A graph is executable as it is.
int cuGraphInstantiateWithFlags(graph **executable, graph *g, unsigned long long) {
    return entered(__func__, [&] {
        *executable = all().graphs.find(g);
        return *executable ? success : invalid_handle;
    });
}

int cuGraphLaunch(graph *g, void *handle) {
    return with_stream(__func__, handle, [&](stream &s) -> int {
        if (!all().graphs.find(g)) return invalid_handle;
        int error = success;
        for (const work &node : g->nodes) error = error ? error : enqueue(s, node);
        return error;
    });
}
}
