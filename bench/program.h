// A program of benchmarks with the flags of Google's library, which runs one group after the other.
#pragma once

#include <benchmark/benchmark.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "group.h"
#include "measurement/machine.h"

namespace slopewise::bench {

/// Google's reporters open and close their document with every call of RunSpecifiedBenchmarks(), of which there is one a group:
/// this one collects a group's runs, adds what is known when all have run, and hands them to one of Google's, as one document.
class collecting_reporter : public benchmark::BenchmarkReporter {
public:
    /// Writes through `to`, which outlives this.
    explicit collecting_reporter(benchmark::BenchmarkReporter &to) : to(to) {}

    bool ReportContext(const Context &context) override;
    void ReportRuns(const std::vector<Run> &runs) override { collected.insert(collected.end(), runs.begin(), runs.end()); }
    void Finalize() override;

    /// Ends the document, where there is one.
    void close();
    int errors() const { return failed; }

private:
    benchmark::BenchmarkReporter &to;
    std::vector<Run> collected;
    std::optional<measurement::bystanders> others;
    bool opened = false;
    int64_t families = 0;  ///< so far; by them Google's compare.py sorts
    int failed = 0;
};

class program {
public:
    /// Takes the flags that it knows. Fails on others, and where the output cannot be written.
    program(int argc, char **argv);

    /// Runs those of the group's benchmarks that --benchmark_filter lets through, or lists them. A group may be empty.
    void measure(const group &g);

    /// Ends what is written; the program's exit status.
    int finish();

private:
    std::string out;  ///< the file of --benchmark_out
    std::ofstream file;
    benchmark::JSONReporter json;
    std::ostringstream messages;  ///< of Google's library, for each group that the filter lets nothing through of
    std::optional<collecting_reporter> display, document;
    size_t matched = 0;
};

}  // namespace slopewise::bench
