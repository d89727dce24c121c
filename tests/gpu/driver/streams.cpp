// The order of what streams do: one of them does its work when something waits for it, and not before.
#include "state.h"

namespace slopewise::test::cuda {
namespace {

/// The legacy stream and those streams wait for each other.
template <class Visit>
void each_blocking(const context &c, Visit visit) {
    for (const auto &s : all().streams) {
        if (s->in == &c && !s->non_blocking) visit(*s);
    }
}

/// Using the legacy stream orders it after a blocking one, which a capture of that one cannot say.
bool breaks_capture_implicitly(const context &c) {
    bool breaks = false;
    each_blocking(c, [&](stream &s) {
        if (!s.capture) return;
        s.capture->broken = true;
        breaks = true;
    });
    return breaks;
}

}  // namespace

stream *find_stream(void *handle, int *error) {
    context *c = current_context(error);
    if (!c) return nullptr;
    if (!handle) {
        if (!breaks_capture_implicitly(*c)) return &c->legacy;
        *error = fail(capture_implicit, "the legacy stream is used while a blocking stream is captured");
        return nullptr;
    }
    stream *found = all().streams.find(handle);
    if (found && found->in == c) return found;
    *error = fail(invalid_handle, found ? "the stream is of another context" : "no such stream");
    return nullptr;
}

int enqueue(stream &s, work w) {
    if (s.capture) {
        if (s.capture->broken) return capture_invalidated;
        s.capture->into.nodes.push_back(std::move(w));
        return success;
    }
    int error = success;
    if (&s == &s.in->legacy) {
        each_blocking(*s.in, [&](stream &before) { error = error ? error : finish(before); });
    } else if (!s.non_blocking) {
        error = finish(s.in->legacy);
    }
    if (!error) s.waiting.push_back(std::move(w));
    return error;
}

int finish(stream &s) {
    while (!s.waiting.empty()) {
        work next = std::move(s.waiting.front());
        s.waiting.pop_front();
        if (s.in->failed) continue;
        try {
            next();
        } catch (const ptx::fault &f) {
            s.in->failed = fail(f.code, f.what());
        }
    }
    return s.in->failed;
}

int finish_legacy(context &c) {
    each_blocking(c, [](stream &s) { finish(s); });
    return finish(c.legacy);
}

int finish_all(context &c) {
    for (const auto &s : all().streams) {
        if (s->in == &c) finish(*s);
    }
    return finish(c.legacy);
}

}  // namespace slopewise::test::cuda
