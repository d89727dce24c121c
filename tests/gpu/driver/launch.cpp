// Launches. The broken driver lacks this file.
#include <algorithm>
#include <cstring>

#include "state.h"

using namespace slopewise::test;
using namespace slopewise::test::cuda;

namespace {

constexpr unsigned most_blocks = 0x7fffffff, most_threads = 1024;

void record(const module &m, unsigned blocks, unsigned threads, void *stream, void **arguments) {
    recorded_launch l = {m.kernel.name, m.kernel.target, blocks, threads, stream, m.in, {}};
    for (size_t i = 0; i < std::min<size_t>(2, m.kernel.parameters.size()); i++) std::memcpy(&l.first[i], arguments[i], sizeof l.first[i]);
    all().shown.launches.push_back(l);
}

/// The arguments as they are now.
work launch_of(const module &m, unsigned blocks, unsigned threads, void **arguments) {
    std::vector<uint64_t> values(m.kernel.parameters.size());
    for (size_t p = 0; p < values.size(); p++) std::memcpy(&values[p], arguments[p], size_t(m.kernel.parameters[p].bytes));
    return [&m, blocks, threads, values] { ptx::execute({&m.kernel, values, blocks, threads}, m.in->memory); };
}

}  // namespace

extern "C" int cuLaunchKernel(module *function, unsigned blocks, unsigned blocks_y, unsigned blocks_z, unsigned threads, unsigned threads_y,
                              unsigned threads_z, unsigned shared, void *stream_handle, void **arguments, void **extra) {
    return entered(__func__, [&]() -> int {
        int error;
        stream *s = find_stream(stream_handle, &error);
        if (!s) return error;
        if (!all().modules.find(function)) return fail(invalid_handle, "no such function");
        if (function->in != s->in) return fail(invalid_handle, "the function is of another context");
        bool fits = blocks && blocks <= most_blocks && threads && threads <= most_threads;
        bool flat = blocks_y == 1 && blocks_z == 1 && threads_y == 1 && threads_z == 1 && !shared && !extra;
        if (!fits || !flat) return fail(invalid_value, std::to_string(blocks) + " blocks of " + std::to_string(threads) + " threads");
        if (all().shown.forgetful) return success;
        if ((error = enqueue(*s, launch_of(*function, blocks, threads, arguments)))) return error;
        record(*function, blocks, threads, stream_handle, arguments);
        return success;
    });
}
