#include "machine.h"

#include <slopewise/slopewise.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "contenders/library.h"
#include "measurement/machine.h"
#include "measurement/memory.h"

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

}  // namespace

nlohmann::json describe_machine() {
    measurement::memory_sizes m = measurement::detect_memory();
    return {{"cpu", measurement::cpu_name()},
            {"cpus", sysconf(_SC_NPROCESSORS_ONLN)},
            {"caches", {{"l1", m.l1}, {"l2", m.l2}, {"l3", m.l3}}},
            {"compiler", compiler()},
            {"system", kernel()},
            {"date", measurement::today()},
            {"library", slopewise_version()},
            {"variants", contenders::usable_variants()}};
}

}  // namespace slopewise::bench
