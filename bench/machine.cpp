#include "machine.h"

#include <slopewise/slopewise.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <ctime>
#include <fstream>

#include "library.h"
#include "measurement/memory.h"

namespace slopewise::bench {
namespace {

std::string cpu_name() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
    }
    return "unknown CPU";
}

std::string today() {
    std::time_t now = std::time(nullptr);
    char text[16];
    std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));
    return text;
}

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
    return {{"cpu", cpu_name()},
            {"cpus", sysconf(_SC_NPROCESSORS_ONLN)},
            {"caches", {{"l1", m.l1}, {"l2", m.l2}, {"l3", m.l3}}},
            {"compiler", compiler()},
            {"system", kernel()},
            {"date", today()},
            {"library", slopewise_version()},
            {"variants", usable_variants()}};
}

}  // namespace slopewise::bench
