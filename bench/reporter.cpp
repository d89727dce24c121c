#include "reporter.h"

#include <algorithm>
#include <limits>
#include <ostream>

#include "group.h"

namespace slopewise::bench {
namespace {

using run = benchmark::BenchmarkReporter::Run;

constexpr size_t name_width = 64;  ///< the first group cannot know how long the names of others are

bool is_median(const run &r) { return r.run_type == run::RT_Aggregate ? r.aggregate_name == "median" : r.repetitions <= 1; }

/// The time of the fastest copy, infinite where there is none.
double limit_of(const std::vector<run> &runs) {
    double least = std::numeric_limits<double>::infinity();
    for (const run &r : runs) {
        if (r.report_label == label::limit && is_median(r) && !r.error_occurred) least = std::min(least, r.GetAdjustedRealTime());
    }
    return least;
}

void annotate(run &r, double limit, double others) {
    bool aggregate = r.run_type == run::RT_Aggregate;
    if (aggregate) r.counters.erase("order");
    if (r.error_occurred || (aggregate && !is_median(r))) return;
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
    int64_t first_family = families;
    for (run &r : collected) {
        r.family_index += first_family;
        families = std::max(families, r.family_index + 1);
        failed += r.error_occurred;
        annotate(r, limit, cpus);
    }
    to.ReportRuns(collected);
    to.GetOutputStream().flush();
    collected.clear();
}

void collecting_reporter::close() {
    if (opened) to.Finalize();
}

}  // namespace slopewise::bench
