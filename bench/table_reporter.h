#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace slopewise::bench {

/// Prints, when all is measured, each median with its interval, GB/s and the share of the copy limit of its size class:
/// the faster of memcpy and the streaming copy in the same run.
class table_reporter : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context &context) override;
    void ReportRuns(const std::vector<Run> &runs) override;
    void Finalize() override;

private:
    struct samples {
        std::vector<double> ns, gigabytes_per_second;
    };
    double limit_of(const std::string &size) const;
    std::vector<std::string> order;
    std::map<std::string, samples> results;
};

}  // namespace slopewise::bench
