#include "group.h"

#include <alloca.h>
#include <benchmark/benchmark.h>

#include <memory>
#include <mutex>
#include <random>

#include "measurement/clock.h"
#include "measurement/statistics.h"

namespace slopewise::bench {
namespace {

using benchmark::State;
using times = std::vector<double>;

constexpr size_t stack_alignment = 16, page = 4096;

/// What the benchmarks of a group share, and what one keeps from repetition to repetition.
struct kept {
    const group &of;
    std::shared_ptr<std::once_flag> prepared;
    std::shared_ptr<times> calls = std::make_shared<times>();  ///< nanoseconds of all so far
};

size_t random_depth() {
    static std::mt19937_64 random(1);
    return std::uniform_int_distribution<size_t>(1, page / stack_alignment)(random) * stack_alignment;
}

void run_stretch(State &state, const entry &e) {
    auto now = measurement::steady_clock();
    while (state.KeepRunningBatch(state.max_iterations)) {
        double start = now();
        e.run(state.max_iterations);
        state.SetIterationTime((now() - start) * 1e-9);
    }
}

void run_calls(State &state, const entry &e, const kept &k) {
    auto now = measurement::steady_clock();
    while (state.KeepRunning()) {
        if (k.of.before) k.of.before();
        double start = now();
        e.run(1);
        k.calls->push_back(now() - start);
        state.SetIterationTime(k.calls->back() * 1e-9);
    }
    for (auto [name, q] : {std::pair{"p50_ns", 0.5}, {"p90_ns", 0.9}, {"p99_ns", 0.99}}) {
        state.counters[name] = measurement::quantile(*k.calls, q);
    }
}

void count(State &state, const group &g, const entry &e) {
    static int64_t ran = 0;
    auto calls = int64_t(state.iterations());
    state.SetBytesProcessed(calls * (e.bytes ? e.bytes : g.bytes));
    state.SetItemsProcessed(calls * g.elements);
    state.counters["order"] = double(++ran);
}

void run(State &state, const entry &e, const std::string &label, const kept &k) try {
    std::call_once(*k.prepared, [&] {
        for (const auto &prepare : k.of.preparations) prepare();
    });
    auto *space = static_cast<volatile char *>(alloca(random_depth()));
    space[0] = 0;
    state.SetLabel(label);
    if (k.of.warm) e.run(1);
    k.of.time == timing::calls ? run_calls(state, e, k) : run_stretch(state, e);
    count(state, k.of, e);
} catch (const std::exception &failure) {
    state.SkipWithError(failure.what());
}

void register_one(const std::string &name, const std::string &label, const entry &e, const kept &k) {
    auto *b = benchmark::RegisterBenchmark((k.of.name + "/" + name).c_str(), [=, &e](State &state) { run(state, e, label, k); });
    if (k.of.time == timing::threads) b->UseRealTime();
    if (k.of.time == timing::device || k.of.time == timing::calls) b->UseManualTime();
    if (k.of.time == timing::calls) b->Iterations(k.of.calls);
}

}  // namespace

void register_benchmarks(const group &g) {
    auto prepared = std::make_shared<std::once_flag>();
    for (const entry &e : g.entries) register_one(e.name, e.label, e, {g, prepared});
    const entry &first = g.entries.front();
    register_one(first.name + "_again", label::repeat, first, {g, prepared});
}

}  // namespace slopewise::bench
