#include "program.h"

#include <algorithm>
#include <limits>
#include <ostream>
#include <stdexcept>

namespace slopewise::bench {
namespace {

/// Before the caller's own, which win.
const std::vector<std::string> usual_flags = {"--benchmark_min_time=0.01", "--benchmark_repetitions=15",
                                              "--benchmark_enable_random_interleaving=true", "--benchmark_display_aggregates_only=true"};

bool begins_with(const std::string &text, const std::string &with) { return text.rfind(with, 0) == 0; }

/// The flags as Google's library gets them, without the file's name: each call of RunSpecifiedBenchmarks() would empty the file.
std::vector<std::string> flags_of(int argc, char **argv, std::string &out) {
    const std::string file = "--benchmark_out=", format = "--benchmark_out_format=";
    std::vector<std::string> flags = usual_flags;
    for (int i = 1; i < argc; i++) {
        std::string flag = argv[i];
        if (begins_with(flag, format) && flag != format + "json") throw std::runtime_error(flag + ": expected json");
        if (begins_with(flag, "--benchmark_format=")) flags.push_back("--benchmark_display_aggregates_only=false");
        if (begins_with(flag, file)) out = flag.substr(file.size());
        flags.push_back(begins_with(flag, file) ? file + "/dev/null" : flag);
    }
    return flags;
}

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

program::program(int argc, char **argv) {
    std::vector<std::string> flags = flags_of(argc, argv, out);
    std::vector<char *> pointers = {argv[0]};
    for (std::string &flag : flags) pointers.push_back(flag.data());
    int count = int(pointers.size());
    benchmark::Initialize(&count, pointers.data());
    if (count > 1) throw std::runtime_error(std::string("unknown flag ") + pointers[1] + "; --help lists all");
    display.emplace(*benchmark::CreateDefaultDisplayReporter());
    display->SetErrorStream(&messages);
    if (out.empty()) return;
    file.open(out);
    if (!file) throw std::runtime_error("cannot write \"" + out + "\"");
    json.SetOutputStream(&file);
    document.emplace(json);
}

void program::measure(const group &g) {
    if (g.entries.empty()) return;
    register_benchmarks(g);
    matched += benchmark::RunSpecifiedBenchmarks(&*display, document ? &*document : nullptr);
    benchmark::ClearRegisteredBenchmarks();
}

int program::finish() {
    display->close();
    if (document) document->close();
    if (document && !file.flush()) throw std::runtime_error("cannot write \"" + out + "\"");
    if (matched == 0) throw std::runtime_error("no benchmark matches: " + messages.str().substr(0, messages.str().find('\n')));
    if (display->errors()) throw std::runtime_error(std::to_string(display->errors()) + " runs failed: see ERROR OCCURRED");
    return 0;
}

}  // namespace slopewise::bench
