#include "wisdom/tune.h"

#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "measurement/comparison.h"
#include "measurement/machine.h"
#include "output/failure.h"
#include "output/printable.h"
#include "progress.h"
#include "variants.h"
#include "wisdom/session.h"
#include "wisdom/wisdom_file.h"

namespace slopewise::cli {
namespace {

using nlohmann::ordered_json;

/// Measurements are of the library's own choices, not of what the environment or an earlier wisdom makes of them. Returns where
/// it says that wisdom belongs, if it does.
std::string forget_environment() {
    const char *named = std::getenv("SLOPEWISE_WISDOM");
    std::string path = named ? named : "";
    for (const char *name : {"SLOPEWISE_VARIANT", "SLOPEWISE_THREADS"}) {
        if (const char *value = std::getenv(name); value && *value) throw failure(std::string(name) + " is set: unset it to tune");
    }
    setenv("SLOPEWISE_WISDOM", "", 1);
    return path;
}

/// How far apart two measurements of the same call are: below that nothing is found.
double noise_of(tuning_session &s) {
    s.doing("the machine's noise");
    const effort usual = s.how;
    s.how = {1e6, 31, 0};
    contenders::problem p = s.arrays.make(contenders::operation::relu, contenders::element::f32, 64 << 10);
    auto call = forced_call("once", p, nullptr, 1, nullptr);
    measurement::estimate again = s.ratios_to_first({call, call})[1];
    s.how = usual;
    return std::max(again.within.high - 1, 1 - again.within.low);
}

ordered_json measure(const tune_request &r, progress &line) {
    auto start = std::chrono::steady_clock::now();
    const ordered_json known = machine();
    std::vector<int64_t> ends = known["class_ends"];
    ordered_json wisdom = {{"slopewise_wisdom", 2}, {"machine", known["machine"]}, {"variants", known["variants"]}};
    tuning_session s = {r.quick ? quick_effort : full_effort,
                        known["machine"]["threads"],
                        {ends[0], ends[1], ends[2]},
                        {},
                        [&line](const std::string &what) { line.doing(what); }};
    double noise = noise_of(s);
    constexpr double most_noise = 0.1;
    if (noise > most_noise && !r.force) {
        char text[160];
        std::snprintf(text, sizeof text,
                      "the machine is too busy to measure: two runs of one call differ by %.0f %%, expected at most %.0f %% (--force)",
                      100 * noise, 100 * most_noise);
        throw failure(text);
    }
    tune_variants(s, wisdom);
    tune_choices(s, wisdom);
    std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    wisdom["measured"] = {{"date", measurement::today()}, {"noise", noise}, {"seconds", elapsed.count()}, {"quick", r.quick}};
    return wisdom;
}

/// amd-25-1-32MiB-2.json
std::string file_name(const ordered_json &machine) {
    std::string vendor;
    for (char c : machine["vendor"].get<std::string>()) {
        if (std::isalnum(static_cast<unsigned char>(c))) vendor += char(std::tolower(static_cast<unsigned char>(c)));
    }
    for (const char *known : {"amd", "intel"}) {
        if (vendor.find(known) != std::string::npos) vendor = known;
    }
    auto number = [&](const char *name, int64_t unit) { return "-" + std::to_string(machine[name].get<int64_t>() / unit); };
    return vendor + number("family", 1) + number("model", 1) + number("l3", 1 << 20) + "MiB" + number("threads", 1) + ".json";
}

/// What other machines may learn from it.
ordered_json shared_part(const ordered_json &wisdom) {
    return {{"slopewise_machine", 1},
            {"cpu", measurement::cpu_name()},
            {"machine", wisdom["machine"]},
            {"measured", wisdom["measured"]},
            {"columns",
             {"f32 elements", "plain on one thread", "plain on all", "streaming on one", "streaming on all", "prefetch on one",
              "prefetch on all", "after a pause: plain on all", "streaming on all", "prefetch on all"}},
            {"ratios", wisdom["ratios"]}};
}

}  // namespace

void tune(const tune_request &r) {
    if (r.show) return print_choices(machine());
    std::string named = forget_environment(), path = !r.out.empty() ? r.out : named, share = r.share;
    const ordered_json known = machine();
    if (path.empty()) path = known["wisdom"]["file"];
    if (path.empty()) throw failure("there is no home folder for the wisdom file: name one with --out");
    if (std::filesystem::is_directory(share)) share = std::filesystem::path(share) / file_name(known["machine"]);
    wisdom_files files(path, share);  // a place that cannot be written fails now, not after minutes
    ordered_json wisdom;
    {
        progress line("tuning");
        wisdom = measure(r, line);
    }
    files.write(wisdom, shared_part(wisdom));
    print_line(stdout, "written to %s: measured in %.0f s, noise %.1f %%", path.c_str(), double(wisdom["measured"]["seconds"]),
               100 * double(wisdom["measured"]["noise"]));
    if (!share.empty()) print_line(stdout, "written to %s: for the folder machines/ of the source", share.c_str());
}

}  // namespace slopewise::cli
