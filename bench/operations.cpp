// Every operation and type that the table holds, through the public interface, on each variant that runs here.
#include <memory>

#include "api/request.h"
#include "bench.h"
#include "dispatch/dispatch.h"

namespace slopewise::bench {
namespace {

DLDataType dlpack_type(dtype t) {
    if (t == dtype::bf16) return {kDLBfloat, 16, 1};
    uint8_t code = t <= dtype::f64 ? kDLFloat : t == dtype::u8 ? kDLUInt : kDLInt;
    return {code, uint8_t(8 * size_of(t)), 1};
}

/// Contiguous arrays as tensors, the long one of a concatenation twice as long.
struct tensors {
    std::vector<std::unique_ptr<array>> memory;
    std::vector<DLTensor> tensor;
    int64_t shape[4];

    tensors(const operation_info &op, dtype t, int64_t n) {
        bool concatenates = op.plain == kernel::crelu || op.plain == kernel::crelu_backward;
        int count = concatenates ? (op.plain == kernel::crelu ? 2 : 3) : op.inputs + op.outputs;
        for (int i = 0; i < count; i++) {
            bool is_long = (op.plain == kernel::crelu && i == 1) || (op.plain == kernel::crelu_backward && i == 0);
            shape[i] = is_long ? 2 * n : n;
            memory.push_back(std::make_unique<array>(size_t(shape[i] * size_of(t)), uint64_t(i + 1)));
            tensor.push_back({memory.back()->data(), {kDLCPU, 0}, 1, dlpack_type(t), &shape[i], nullptr, 0});
        }
    }
};

constexpr slopewise_rrelu_params params = {0.125, 1.0 / 3, 42, 0, 0, nullptr, nullptr};

slopewise_status call(operation op, const std::vector<DLTensor> &t, const slopewise_options *o) {
    switch (op) {
        case operation::relu:
            return slopewise_relu(&t[0], &t[1], o);
        case operation::relu_backward:
            return slopewise_relu_backward(&t[0], &t[1], &t[2], o);
        case operation::leaky_relu:
            return slopewise_leaky_relu(&t[0], 0.01, &t[1], o);
        case operation::leaky_relu_backward:
            return slopewise_leaky_relu_backward(&t[0], &t[1], 0, 0.01, &t[2], o);
        case operation::rrelu:
            return slopewise_rrelu(&t[0], &params, &t[1], nullptr, o);
        case operation::rrelu_eval:
            return slopewise_rrelu_eval(&t[0], 0.125, 1.0 / 3, &t[1], o);
        case operation::rrelu_backward:
            return slopewise_rrelu_backward(&t[0], &t[1], 0, &params, &t[2], o);
        case operation::rrelu_backward_noise:
            return slopewise_rrelu_backward_noise(&t[0], &t[1], &t[2], o);
        case operation::crelu:
            return slopewise_crelu(&t[0], 0, &t[1], o);
        case operation::crelu_backward:
            return slopewise_crelu_backward(&t[0], &t[1], 0, &t[2], o);
    }
    return SLOPEWISE_INTERNAL;
}

void run_operation(benchmark::State &state, operation op, dtype t, size_t bytes, const char *variant, int threads) {
    int64_t n = int64_t(bytes) / size_of(t);
    tensors arrays(info(op), t, n);
    slopewise_options options = {};
    options.struct_size = sizeof options;
    options.variant = variant;
    options.threads = threads;
    for (auto _ : state) {
        if (call(op, arrays.tensor, &options) != SLOPEWISE_OK) return state.SkipWithError(slopewise_last_error());
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(int64_t(state.iterations()) * int64_t(bytes) * (info(op).inputs + info(op).outputs));
    state.counters["ns_per_element"] =
        benchmark::Counter(double(n) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

constexpr int operation_count = int(operation::crelu_backward) + 1;

void run_small(benchmark::State &state, size_t n) {
    std::vector<float> x(n, -1.0f), y(n);
    for (auto _ : state) benchmark::DoNotOptimize(slopewise_relu_f32(x.data(), y.data(), n));
}

void run_small_random(benchmark::State &state, size_t n) {
    std::vector<float> x(n, -1.0f), y(n);
    for (auto _ : state) benchmark::DoNotOptimize(slopewise_rrelu_f32(x.data(), &params, y.data(), n));
}

void run_small_tensor(benchmark::State &state, size_t n) {
    tensors arrays(info(operation::relu), dtype::f32, int64_t(n));
    for (auto _ : state) benchmark::DoNotOptimize(slopewise_relu(&arrays.tensor[0], &arrays.tensor[1], nullptr));
}

}  // namespace

void register_operations() {
    for (int v = 0; v < variant_count; v++) {
        if (!this_machine().usable[v]) continue;
        for (int o = 0; o < operation_count; o++) {
            for (int t = 0; t < int(dtype::u16); t++) {
                if (!info(operation(o)).supports(dtype(t))) continue;
                for (const size_class &c : size_classes) {
                    std::string name = std::string(info(operation(o)).name) + "/" + dtype_names[t] + "/" + variants[v].name + "/" + c.name;
                    benchmark::RegisterBenchmark(
                        name.c_str(), [=](benchmark::State &s) { run_operation(s, operation(o), dtype(t), c.bytes, variants[v].name, 1); });
                }
            }
        }
    }
}

void register_small_calls() {
    for (size_t n : {8, 64}) {
        auto name = [&](const char *form) { return std::string("call/") + form + "/n=" + std::to_string(n); };
        benchmark::RegisterBenchmark(name("relu_f32").c_str(), [=](benchmark::State &s) { run_small(s, n); });
        benchmark::RegisterBenchmark(name("rrelu_f32").c_str(), [=](benchmark::State &s) { run_small_random(s, n); });
        benchmark::RegisterBenchmark(name("relu(DLTensor)").c_str(), [=](benchmark::State &s) { run_small_tensor(s, n); });
    }
}

}  // namespace slopewise::bench
