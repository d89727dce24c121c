#include "reporter.h"

#include <algorithm>
#include <limits>
#include <ostream>

#include "group.h"

namespace slopewise::bench {
namespace {

using run = benchmark::BenchmarkReporter::Run;
using runs = std::vector<std::vector<run>>;

constexpr size_t name_width = 64;  ///< the first group cannot know how long the names of others are

bool is_aggregate(const run &r) { return r.run_type == run::RT_Aggregate; }
bool is_median(const run &r) { return is_aggregate(r) ? r.aggregate_name == "median" : r.repetitions <= 1; }

/// The time of the fastest copy of the group; infinite where it has none.
double limit_of(const runs &all) {
    double least = std::numeric_limits<double>::infinity();
    for (const auto &batch : all) {
        for (const run &r : batch) {
            if (r.report_label == label::limit && is_median(r) && !r.error_occurred) least = std::min(least, r.GetAdjustedRealTime());
        }
    }
    return least;
}

void annotate(run &r, double limit, double others) {
    if (is_aggregate(r)) r.counters.erase("order");
    if (is_aggregate(r) && !is_median(r)) return;
    r.counters["others_cpus"] = others;
    if (limit < std::numeric_limits<double>::infinity()) r.counters["share_of_limit"] = limit / r.GetAdjustedRealTime();
}

}  // namespace

bool collecting_reporter::ReportContext(const Context &context) {
    others.emplace(measurement::steady_clock());
    if (opened) return true;
    Context wide = context;
    wide.name_field_width = std::max(wide.name_field_width, name_width);
    return opened = to.ReportContext(wide);
}

void collecting_reporter::Finalize() {
    double limit = limit_of(collected), cpus = others->cpus();
    for (auto &batch : collected) {
        for (run &r : batch) {
            failed += r.error_occurred;
            if (!r.error_occurred) annotate(r, limit, cpus);
        }
        to.ReportRuns(batch);
    }
    collected.clear();
    to.GetOutputStream().flush();
}

void collecting_reporter::close() {
    if (opened) to.Finalize();
}

}  // namespace slopewise::bench
