// slopewise_bench: benchmarks named op/type/elements[/form]/contender, with the flags of Google's library.
#include <slopewise/slopewise.h>
#include <sys/utsname.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "contenders/library.h"
#include "measurement/machine.h"
#include "others.h"
#include "output/printable.h"
#include "peers/peer.h"
#include "sections/sections.h"

using namespace slopewise::bench;

namespace {

/// Without what a distribution or a host adds to the version.
std::string kernel() {
    utsname name;
    std::string release = uname(&name) == 0 ? name.release : "";
    return release.empty() ? "" : std::string(name.sysname) + " " + release.substr(0, release.find('-'));
}

std::string variants() {
    std::string names;
    for (const char *v : usable_variants()) names += (names.empty() ? "" : " ") + std::string(v);
    return names;
}

/// The machine, this build and the other libraries, for the record.
void add_context() {
#if defined(__clang__)
    benchmark::AddCustomContext("compiler", "clang " __clang_version__);
#else
    benchmark::AddCustomContext("compiler", "GCC " __VERSION__);
#endif
    benchmark::AddCustomContext("cpu", slopewise::cli::printable(slopewise::measurement::cpu_name()));
    benchmark::AddCustomContext("threads", std::to_string(all_threads()));
    benchmark::AddCustomContext("system", kernel());
    benchmark::AddCustomContext("slopewise", slopewise_version());
    benchmark::AddCustomContext("variants", variants());
    benchmark::AddCustomContext("cross_validation", cross_validation());
    benchmark::AddCustomContext("without_own_row", source_without_own_row());
    for (const known_peer &p : peers())
        benchmark::AddCustomContext(p.name, slopewise::cli::printable(p.found ? p.found->version : "missing: " + p.reason));
}

}  // namespace

int main(int argc, char **argv) {
    setenv("SLOPEWISE_WISDOM", "", 0);  // the library as it comes, unless told otherwise
    try {
        program all(argc, argv);
        add_context();
        arena memory;
        for (auto measure : sections) measure(all, memory);
        return all.finish();
    } catch (const std::exception &e) {
        slopewise::cli::print_line(stderr, "slopewise_bench: %s", e.what());
        return 1;
    }
}
