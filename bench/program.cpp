#include "program.h"

#include <cstdio>
#include <stdexcept>

namespace slopewise::bench {
namespace {

/// Before the caller's own, which win.
const std::vector<std::string> usual_flags = {"--benchmark_min_time=0.01", "--benchmark_repetitions=15",
                                              "--benchmark_enable_random_interleaving=true"};

bool begins_with(const std::string &text, const std::string &with) { return text.rfind(with, 0) == 0; }

std::vector<std::string> flags_of(int argc, char **argv, std::string &out) {
    const std::string out_flag = "--benchmark_out=", format_flag = "--benchmark_out_format=";
    std::vector<std::string> flags = {argv[0]};
    flags.insert(flags.end(), usual_flags.begin(), usual_flags.end());
    flags.push_back("--benchmark_display_aggregates_only=true");
    for (int i = 1; i < argc; i++) {
        std::string flag = argv[i];
        if (begins_with(flag, format_flag) && flag != format_flag + "json") throw std::runtime_error(flag + ": expected json");
        if (begins_with(flag, "--benchmark_format=")) flags.push_back("--benchmark_display_aggregates_only=false");
        // Each call of RunSpecifiedBenchmarks() would empty the file.
        if (begins_with(flag, out_flag)) out = flag.substr(out_flag.size());
        flags.push_back(begins_with(flag, out_flag) ? out_flag + "/dev/null" : flag);
    }
    return flags;
}

void initialize(const std::vector<std::string> &flags) {
    static std::vector<std::string> kept = flags;  // Google's library keeps pointers to them
    static std::vector<char *> pointers;
    for (std::string &flag : kept) pointers.push_back(flag.data());
    int count = int(pointers.size());
    pointers.push_back(nullptr);
    benchmark::Initialize(&count, pointers.data());
    if (count > 1) throw std::runtime_error(std::string("unknown flag ") + pointers[1] + "; --help lists all");
}

}  // namespace

program::program(int argc, char **argv) {
    initialize(flags_of(argc, argv, out));
    display.emplace(*benchmark::CreateDefaultDisplayReporter());
    display->SetErrorStream(&messages);
    if (out.empty()) return;
    // A quarter of an hour later would be late to find out.
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
