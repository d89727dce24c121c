// slopewise_gpu_bench cuda|opencl [--elements N,...] [--types f32,...]
// Every operation and type on a GPU, beside a copy on the device that moves as many bytes. A time is that of one of many calls
// in a row, so of small tensors it is what a call costs the host.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <random>
#include <stdexcept>

#include "contenders/library.h"
#include "devices/device.h"
#include "measurement/clock.h"
#include "measurement/statistics.h"

namespace {

using namespace slopewise::contenders;
using slopewise::devices::device;
namespace measurement = slopewise::measurement;

/// Two arrays that are read and two that are written, of random bits that are small numbers in every type.
class arrays {
public:
    explicit arrays(device &d) : d(d) {}
    ~arrays() {
        for (void *m : memory) d.release(m);
    }
    arrays(const arrays &) = delete;
    arrays &operator=(const arrays &) = delete;

    void *add(int64_t bytes) {
        memory.push_back(d.allocate(size_t(bytes)));
        std::vector<uint64_t> words(size_t(bytes + 7) / 8);
        for (uint64_t &w : words) w = (random() & 0x80ff80ff80ff80ffu) | 0x3c003c003c003c00u;
        d.upload(memory.back(), words.data(), size_t(bytes));
        return memory.back();
    }

private:
    device &d;
    std::vector<void *> memory;
    std::mt19937_64 random{1};
};

/// Many calls in a row, and their end.
template <class Call>
measurement::contender in_stream(const char *name, device &d, void *stream, Call call) {
    return {name, [=, &d](int64_t repetitions) {
                for (; repetitions > 0; repetitions--) call();
                d.finish(stream);
            }};
}

void measure(device &d, void *stream, operation op, element type, int64_t n) {
    arrays memory(d);
    int64_t bytes = n * size_of(type), twice = 2 * bytes;
    problem p = {op, type, n, false, {memory.add(twice), memory.add(bytes)}, {memory.add(twice), memory.add(bytes)}};
    operands o = operands_of(p);
    for (tensor &t : o.tensors) t.dl.device = d.dlpack();
    slopewise_options options = options_with(nullptr, 0);
    options.stream = stream;
    expect_success(call(o, &options), traits_of(op).name);
    int64_t moved = p.bytes_in_and_out();
    measurement::settings how;
    how.slice = 5e6;
    std::vector<measurement::series> times =
        measurement::measure({in_stream("library", d, stream, [&] { (void)call(o, &options); }),
                              in_stream("copy", d, stream, [&] { d.copy(p.out[0], p.in[0], size_t(moved / 2), stream); })},
                             how, measurement::steady_clock());
    double ours = measurement::median(times[0].rounds);
    std::printf("%-22s %-5s %12lld %12.2f %10.1f %8.2f\n", traits_of(op).name, name_of(type), static_cast<long long>(n), ours * 1e-3,
                double(moved) / ours, measurement::ratio(times[1], times[0]).value);
    std::fflush(stdout);
}

void run(device &d, const std::vector<int64_t> &elements, const std::vector<std::string> &types) {
    void *stream = d.new_stream();
    std::printf("%s\n%-22s %-5s %12s %12s %10s %8s\n", d.name().c_str(), "operation", "type", "elements", "us a call", "GB/s", "of copy");
    for (int64_t n : elements) {
        for (int o = 0; o < operation_count; o++) {
            for (int t = 0; t < element_count; t++) {
                auto op = static_cast<operation>(o);
                auto type = static_cast<element>(t);
                bool wanted = types.empty() || std::find(types.begin(), types.end(), name_of(type)) != types.end();
                if (wanted && supports(op, type)) measure(d, stream, op, type, n);
            }
        }
    }
}

}  // namespace

int main(int argc, char **argv) {
    CLI::App app("Measures Slopewise on a GPU against copies on the device.");
    std::string kind;
    std::vector<std::string> types;
    std::vector<int64_t> elements;
    app.add_option("DEVICE", kind, "cuda or opencl")->required()->check(CLI::IsMember({"cuda", "opencl"}));
    app.add_option("--elements", elements, "numbers of elements, separated by commas; default: 2^10 to 2^28")->delimiter(',');
    app.add_option("--types", types, "only these, separated by commas")->delimiter(',');
    CLI11_PARSE(app, argc, argv);
    const std::vector<int64_t> usual = {1 << 10, 1 << 13, 1 << 16, 1 << 19, 1 << 22, 1 << 25, 1 << 28};
    try {
        run(*slopewise::devices::open(kind), elements.empty() ? usual : elements, types);
    } catch (const std::exception &e) {
        std::fprintf(stderr, "slopewise_gpu_bench: %s\n", e.what());
        return 1;
    }
    return 0;
}
