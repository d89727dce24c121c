// slopewise_bench [--quick] [--sections calls,cache,...] [--threads N] [--json FILE]
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "sections/sections.h"
#include "session.h"

using namespace slopewise::bench;

namespace {

void list_sections() {
    for (const section &s : sections) std::printf("%-10s %s\n", s.name, s.what);
}

std::vector<std::string> names_of_sections() {
    std::vector<std::string> names;
    for (const section &s : sections) names.emplace_back(s.name);
    return names;
}

void run(const options &o) {
    session all(o);
    for (const section &s : sections) {
        if (o.sections.empty() || std::find(o.sections.begin(), o.sections.end(), s.name) != o.sections.end()) s.run(all);
    }
    all.write();
}

}  // namespace

int main(int argc, char **argv) {
    CLI::App app("Measures Slopewise against copies, loops written by hand, and other libraries.");
    options o;
    bool list = false;
    app.add_flag("--quick", o.quick, "fewer sizes and rounds: a minute or two instead of a quarter of an hour");
    app.add_option("--sections", o.sections, "only these, separated by commas")->delimiter(',')->check(CLI::IsMember(names_of_sections()));
    app.add_option("--threads", o.threads, "what \"all threads\" means; default: all CPUs")->check(CLI::PositiveNumber);
    app.add_option("--json", o.json, "write all samples to this file");
    app.add_flag("--list", list, "list the sections");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &e) {
        return app.exit(e) == 0 ? 0 : 2;
    }
    setenv("SLOPEWISE_WISDOM", "", 0);  // the library as it comes, unless told otherwise
    if (o.threads == 0) o.threads = std::max(1, int(std::thread::hardware_concurrency()));
    try {
        list ? list_sections() : run(o);
    } catch (const std::exception &e) {
        std::fprintf(stderr, "slopewise_bench: %s\n", e.what());
        return 1;
    }
    return 0;
}
