#include "table_reporter.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace slopewise::bench {
namespace {

double quantile(std::vector<double> v, double q) {
    std::sort(v.begin(), v.end());
    return v[std::min(v.size() - 1, size_t(q * double(v.size())))];
}

std::string cpu_name() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
    }
    return "unknown CPU";
}

std::string last_part(const std::string &name) { return name.substr(name.rfind('/') + 1); }

}  // namespace

bool table_reporter::ReportContext(const Context &context) {
    std::printf("CPU: %s, %d cores; one thread; median [p10, p90] of interleaved repetitions\n", cpu_name().c_str(),
                context.cpu_info.num_cpus);
    std::printf("%-44s %12s %24s %10s %9s\n", "case", "ns", "interval", "GB/s", "of limit");
    return true;
}

void table_reporter::ReportRuns(const std::vector<Run> &runs) {
    for (const Run &run : runs) {
        if (run.run_type != Run::RT_Iteration) continue;
        std::string name = run.run_name.function_name;
        if (run.error_occurred) {
            std::printf("%-44s failed: %s\n", name.c_str(), run.error_message.c_str());
            continue;
        }
        if (!results.count(name)) order.push_back(name);
        samples &s = results[name];
        s.ns.push_back(run.GetAdjustedRealTime());
        auto rate = run.counters.find("bytes_per_second");
        if (rate != run.counters.end()) s.gigabytes_per_second.push_back(rate->second * 1e-9);
    }
}

double table_reporter::limit_of(const std::string &size) const {
    double limit = 0;
    for (const char *kind : {"copy/memcpy/", "copy/streaming/"}) {
        auto copy = results.find(kind + size);
        if (copy != results.end()) limit = std::max(limit, quantile(copy->second.gigabytes_per_second, 0.5));
    }
    return limit;
}

void table_reporter::Finalize() {
    std::sort(order.begin(), order.end());
    for (const std::string &name : order) {
        const samples &s = results[name];
        std::printf("%-44s %12.1f [%10.1f, %10.1f]", name.c_str(), quantile(s.ns, 0.5), quantile(s.ns, 0.1), quantile(s.ns, 0.9));
        if (!s.gigabytes_per_second.empty()) {
            double rate = quantile(s.gigabytes_per_second, 0.5), limit = limit_of(last_part(name));
            std::printf(" %10.2f", rate);
            if (limit > 0) std::printf(" %8.0f%%", 100 * rate / limit);
        }
        std::printf("\n");
    }
}

}  // namespace slopewise::bench
