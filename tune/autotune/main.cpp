// slopewise-autotune: measures schedules and writes the best into generators/schedules. See docs/autotuning.md.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <limits>

#include "autotune/stop.h"
#include "autotune/tuner.h"
#include "dispatch/dispatch.h"

namespace {

using namespace slopewise;
using namespace slopewise::autotune;

struct options {
    std::vector<std::string> variants, kernels;
    double budget = std::numeric_limits<double>::infinity();
    bool resume = false, dry_run = false, force = false;
    std::string state = "build/autotune", rows = SLOPEWISE_TUNING_ROWS, schedules;
};

std::vector<std::string> usable_variants() {
    std::vector<std::string> usable;
    for (int v = 0; v < variant_count; v++) {
        if (this_machine().usable[v]) usable.emplace_back(variants[v].name);
    }
    return usable;
}

void add_options(CLI::App &app, options &o) {
    app.add_option("--variant", o.variants, "only these; default: all that this CPU runs");
    app.add_option("--kernel", o.kernels, "only these, such as rrelu_f32, or rrelu for all its types");
    app.add_option("--budget", o.budget, "time after which no comparison begins, such as 90s, 10m or 1h")
        ->transform(CLI::AsNumberWithUnit(std::map<std::string, double>{{"s", 1}, {"m", 60}, {"h", 3600}}))
        ->check(CLI::PositiveNumber);
    app.add_flag("--resume", o.resume, "go on from what an earlier run has found out");
    app.add_flag("--dry-run", o.dry_run, "list kernels and candidates, measure nothing");
    app.add_flag("--force", o.force, "write results of a noisy or busy machine too");
    app.add_option("--state", o.state, "folder for what is found out, a file for each variant")->capture_default_str();
    app.add_option("--schedules", o.schedules, "folder of schedule files to read and write; default: the source's");
    app.add_option("--rows", o.rows, "folder of the build's descriptions of its kernels")->capture_default_str();
}

/// Of the variants asked for.
const std::vector<std::string> &expect_known(const std::vector<std::string> &names) {
    for (const std::string &name : names) {
        auto is_it = [&](const variant &v) { return v.name == name; };
        const variant *found = std::find_if(variants, variants + variant_count, is_it);
        if (found == variants + variant_count)
            throw std::runtime_error("--variant: there is no variant \"" + name + "\" in this build, expected one like " +
                                     variants[0].name);
        if (found->device != device_kind::cpu)
            throw std::runtime_error("--variant: " + name + " is a GPU's, expected a CPU's, which is what this program measures");
    }
    return names;
}

assignment assignment_for(const options &o, const std::string &variant) {
    std::string schedule = o.schedules.empty() ? "" : o.schedules + "/" + variant + ".json";
    return {o.rows + "/" + variant + ".json", schedule, o.kernels, o.state + "/" + variant + ".jsonl", o.resume, o.force};
}

/// Whether everything was done.
bool run(const options &o) {
    session s = {{o.state + "/work", "", SLOPEWISE_COMPILER}, {}, measurement::detect_memory(), measurement::steady_clock()};
    std::filesystem::create_directories(s.shop.folder);
    end_on_interruption();
    s.stop = stop_after(o.budget * 1e9, s.now);
    bool all_done = true;
    for (const std::string &variant : o.variants.empty() ? usable_variants() : expect_known(o.variants)) {
        tuner t(assignment_for(o, variant), s);
        o.dry_run ? t.list() : void(all_done = t.run() && all_done);
    }
    return all_done;
}

}  // namespace

int main(int argc, char **argv) {
    CLI::App app("Finds schedules for the kernels of a variant by measurement, and writes them where the build reads them.");
    options o;
    add_options(app, o);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &e) {
        return app.exit(e) == 0 ? 0 : 2;
    }
    try {
        run(o);
    } catch (const interrupted &e) {
        std::fprintf(stderr, "\nslopewise-autotune: %s\n", e.what());
        return 130;
    } catch (const std::exception &e) {
        std::fprintf(stderr, "slopewise-autotune: %s\n", e.what());
        return 1;
    }
    return 0;
}
