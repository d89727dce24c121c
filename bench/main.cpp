// slopewise_bench [--benchmark_filter=REGEX] [any option of Google Benchmark]
#include <cstring>

#include "bench.h"
#include "table_reporter.h"

int main(int argc, char **argv) {
    using namespace slopewise::bench;
    // Interleaved by default, so that a machine that drifts does not favour a case; flags given later win.
    std::vector<char *> arguments(argv, argv + argc);
    static char interleave[] = "--benchmark_enable_random_interleaving=true", repetitions[] = "--benchmark_repetitions=9",
                least[] = "--benchmark_min_time=0.02";
    arguments.insert(arguments.begin() + 1, {interleave, repetitions, least});
    int count = int(arguments.size());
    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;
    register_copies();
    register_small_calls();
    register_operations();
    table_reporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    benchmark::Shutdown();
    return 0;
}
