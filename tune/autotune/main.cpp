// slopewise-autotune: measures schedules and writes the best into generators/schedules. See docs/autotuning.md.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "autotune/tuner.h"
#include "dispatch/dispatch.h"
#include "output/command_line.h"
#include "output/printable.h"

// What kernels import whose schedule Halide found: of one thread, like everything else that is compared here.
extern "C" {

int halide_do_par_for(void *context, int (*task)(void *, int, uint8_t *), int min, int size, uint8_t *closure) {
    for (int i = min; i < min + size; i++) {
        if (int failure = task(context, i, closure)) return failure;
    }
    return 0;
}

/// A vector past the end of an allocation may be read.
void *halide_malloc(void *, size_t bytes) {
    constexpr size_t alignment = 128;
    return std::aligned_alloc(alignment, (bytes + 2 * alignment - 1) / alignment * alignment);
}

void halide_free(void *, void *memory) { std::free(memory); }

}  // extern "C"

namespace {

using namespace slopewise;
using namespace slopewise::autotune;

std::vector<std::string> usable_variants() {
    std::vector<std::string> usable;
    for (int v = 0; v < variant_count; v++) {
        if (this_machine().usable[v]) usable.emplace_back(variants[v].name);
    }
    return usable;
}

void add_options(CLI::App &app, options &o) {
    app.add_option("--variant", o.variants, "only these; default: all that this CPU runs")->check(CLI::IsMember(usable_variants()));
    app.add_option("--kernel", o.kernels, "only these, such as rrelu_f32, or rrelu for all its types");
    app.add_option("--budget", o.budget, "time after which no comparison begins, such as 90s, 10m or 1h")
        ->transform(CLI::AsNumberWithUnit(std::map<std::string, double>{{"s", 1}, {"m", 60}, {"h", 3600}}))
        ->check(CLI::PositiveNumber);
    app.add_flag("--resume", o.resume, "go on from what an earlier run has found out");
    app.add_flag("--dry-run", o.dry_run, "list kernels and candidates, measure nothing");
    app.add_flag("--force", o.force, "write results of a noisy or busy machine too");
    app.add_option("--state", o.state, "folder for what is found out, a file for each variant")->capture_default_str();
    app.add_option("--schedules", o.schedules, "folder of schedule files to read and write; default: the source's");
}

void run(const options &o) {
    const int64_t *ends = this_machine().by_size.class_ends;
    session s = {{o.state + "/work", "", SLOPEWISE_COMPILER}, {}, {ends[0], ends[1], ends[2]}, measurement::steady_clock()};
    std::filesystem::create_directories(s.shop.folder);
    s.stop = stop_after(o.budget * 1e9, s.now);
    for (const std::string &variant : o.variants.empty() ? usable_variants() : o.variants) {
        end_on_interruption();  // again: the one before has written a file, which has its own way to end
        tuner t(o, std::string(SLOPEWISE_TUNING_ROWS) + "/" + variant + ".json", s);
        o.dry_run ? t.list() : t.run();
    }
}

}  // namespace

int main(int argc, char **argv) {
    CLI::App app("Finds schedules for the kernels of a variant by measurement, and writes them where the build reads them.");
    options o;
    add_options(app, o);
    app.failure_message(cli::failure_text);
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
        cli::print_line(stderr, "slopewise-autotune: %s", e.what());
        return 1;
    }
    return 0;
}
