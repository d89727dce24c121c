// slopewise_gpu_bench cuda|opencl: every operation and type on a GPU, beside a copy on the device that moves as many bytes. A
// time is that of one of many calls in a row and their end, so of small tensors it is what a call costs the host.
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "contenders/library.h"
#include "devices/device.h"
#include "measurement/memory.h"
#include "output/printable.h"
#include "program.h"

namespace {

using namespace slopewise::bench;
using namespace slopewise::contenders;
using slopewise::devices::device;
namespace measurement = slopewise::measurement;

/// An operation on the device, whose memory comes when it is first measured and goes with it.
class on_device {
public:
    on_device(device &d, void *stream, problem shape) : d(d), stream(stream), p(shape), options(options_with(nullptr, 0)) {
        options.stream = stream;
    }
    ~on_device() {
        for (void *m : memory) d.release(m);
    }
    on_device(const on_device &) = delete;
    on_device &operator=(const on_device &) = delete;

    void prepare() {
        int64_t bytes = p.n * size_of(p.type);
        for (int i = 0; i < 2; i++) p.in[i] = add((2 - i) * bytes), p.out[i] = add((2 - i) * bytes);
        operands arguments = operands_of(p);
        for (tensor &t : arguments.tensors) t.dl.device = d.dlpack();
        call = std::make_unique<bound_call>(std::move(arguments), options);
    }

    measurement::repeated library() {
        return ending(succeeding([this] { return (*call)(); }));
    }
    measurement::repeated copy() {
        return ending(measurement::repeating([this] { d.copy(p.out[0], p.in[0], size_t(p.bytes_in_and_out() / 2), stream); }));
    }

private:
    measurement::repeated ending(const measurement::repeated &calls) {
        return [=](int64_t repetitions) { calls(repetitions), d.finish(stream); };
    }

    void *add(int64_t bytes) {
        memory.push_back(d.allocate(size_t(bytes)));
        d.upload(memory.back(), measurement::array(size_t(bytes), memory.size()).data(), size_t(bytes));
        return memory.back();
    }

    device &d;
    void *stream;
    problem p;
    slopewise_options options;
    std::unique_ptr<bound_call> call;
    std::vector<void *> memory;
};

void measure(program &to, device &d, void *stream, operation op, element type, int64_t n) {
    problem shape = {op, type, n, false, {}, {}};
    on_device calls(d, stream, shape);
    group g = {std::string(traits_of(op).name) + "/" + name_of(type) + "/" + std::to_string(n), n, shape.bytes_in_and_out()};
    g.time = timing::device;
    g.preparations.push_back([&] { calls.prepare(); });
    g.entries = {{"slopewise", label::library, calls.library()}, {"copy", label::limit, calls.copy()}};
    to.measure(g);
}

void measure_all(program &to, device &d) {
    void *stream = d.new_stream();
    for (int64_t n : {1 << 10, 1 << 13, 1 << 16, 1 << 19, 1 << 22, 1 << 25, 1 << 28}) {
        for (int o = 0; o < operation_count; o++) {
            for (int t = 0; t < element_count; t++) {
                auto op = static_cast<operation>(o);
                auto type = static_cast<element>(t);
                if (supports(op, type)) measure(to, d, stream, op, type, n);
            }
        }
    }
}

}  // namespace

int main(int argc, char **argv) {
    const std::string kind = argc > 1 ? argv[1] : "";
    if (kind != "cuda" && kind != "opencl") {
        std::fprintf(stderr, "usage: slopewise_gpu_bench cuda|opencl [--benchmark_filter=relu/f32 ...; --help lists all]\n");
        return 2;
    }
    try {
        argv[1] = argv[0];
        program all(argc - 1, argv + 1);
        std::unique_ptr<device> d = slopewise::devices::open(kind);
        benchmark::AddCustomContext("device", slopewise::cli::printable(d->name()));
        measure_all(all, *d);
        return all.finish();
    } catch (const std::exception &e) {
        slopewise::cli::print_line(stderr, "slopewise_gpu_bench: %s", e.what());
        return 1;
    }
}
