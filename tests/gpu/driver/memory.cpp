// Memory and copies. Those that know no stream wait.
#include <cstring>

#include "state.h"

using namespace slopewise::test;
using namespace slopewise::test::cuda;

namespace {

/// A call that waits for the device: within a capture there is nothing to wait for.
template <class Function>
int with_idle_context(const char *name, Function function) {
    return entered(name, [&]() -> int {
        int error;
        context *c = current_context(&error);
        if (!c) return error;
        if (breaks_capture()) return fail(capture_unsupported, std::string(name) + " while a stream is captured");
        if ((error = finish_legacy(*c))) return error;
        try {
            return function(*c);
        } catch (const ptx::fault &f) {
            return fail(invalid_value, std::string(name) + ": " + f.what());
        }
    });
}

}  // namespace

extern "C" {

int cuMemAlloc_v2(uint64_t *address, size_t bytes) {
    return with_idle_context(__func__, [&](context &c) {
        if (bytes) *address = c.memory.allocate(bytes);
        return bytes ? success : invalid_value;
    });
}

int cuMemFree_v2(uint64_t address) {
    return with_idle_context(__func__, [&](context &c) -> int {
        int error = finish_all(c);
        return error ? error : c.memory.release(address) ? success : invalid_value;
    });
}

int cuMemcpyHtoD_v2(uint64_t to, const void *from, size_t bytes) {
    return with_idle_context(__func__, [&](context &c) {
        std::memcpy(c.memory.at(to, bytes), from, bytes);
        return success;
    });
}

int cuMemcpyDtoH_v2(void *to, uint64_t from, size_t bytes) {
    return with_idle_context(__func__, [&](context &c) {
        std::memcpy(to, c.memory.at(from, bytes), bytes);
        return success;
    });
}

int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, void *handle) {
    return entered(__func__, [&]() -> int {
        int error;
        stream *s = find_stream(handle, &error);
        if (!s) return error;
        return enqueue(*s, [c = s->in, to, from, bytes] { std::memmove(c->memory.at(to, bytes), c->memory.at(from, bytes), bytes); });
    });
}
}
