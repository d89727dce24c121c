#include "context.h"

#include <benchmark/benchmark.h>
#include <slopewise/slopewise.h>
#include <sys/utsname.h>

#include <algorithm>
#include <thread>

#include "contenders/library.h"
#include "measurement/machine.h"
#include "peers/peer.h"

namespace slopewise::bench {
namespace {

std::string compiler() {
#if defined(__clang__)
    return "clang " __clang_version__;
#else
    return "GCC " __VERSION__;
#endif
}

std::string kernel() {
    utsname name;
    return uname(&name) == 0 ? std::string(name.sysname) + " " + name.release : "";
}

std::string variants() {
    std::string names;
    for (const char *v : contenders::usable_variants()) names += (names.empty() ? "" : " ") + std::string(v);
    return names;
}

}  // namespace

int all_threads() { return std::max(1, int(std::thread::hardware_concurrency())); }

void add_context() {
    benchmark::AddCustomContext("cpu", measurement::cpu_name());
    benchmark::AddCustomContext("threads", std::to_string(all_threads()));
    benchmark::AddCustomContext("compiler", compiler());
    benchmark::AddCustomContext("system", kernel());
    benchmark::AddCustomContext("slopewise", slopewise_version());
    benchmark::AddCustomContext("variants", variants());
    for (const known_peer &p : peers()) benchmark::AddCustomContext(p.name, p.found ? p.found->version : "missing: " + p.reason);
}

}  // namespace slopewise::bench
