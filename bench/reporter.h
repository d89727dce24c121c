// Google's reporters open and close their document with every call of RunSpecifiedBenchmarks(), of which there is one a group:
// this one collects a group's runs, adds what is known when all have run, and hands them to one of Google's, as one document.
#pragma once

#include <benchmark/benchmark.h>

#include <optional>
#include <vector>

#include "measurement/machine.h"

namespace slopewise::bench {

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

}  // namespace slopewise::bench
