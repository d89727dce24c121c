#include "machine.h"

#include <slopewise/slopewise.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <ctime>
#include <fstream>

#include "contenders/library.h"
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

double seconds(const timeval &t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; }

}  // namespace

double seconds_of_others() {
    std::ifstream stat("/proc/stat");
    std::string cpu;
    double user = 0, nice = 0, system = 0, idle = 0, waiting = 0, interrupts = 0, soft_interrupts = 0, stolen = 0;
    stat >> cpu >> user >> nice >> system >> idle >> waiting >> interrupts >> soft_interrupts >> stolen;
    double all = (user + nice + system + interrupts + soft_interrupts + stolen) / double(sysconf(_SC_CLK_TCK));
    rusage own = {};
    getrusage(RUSAGE_SELF, &own);
    return all - seconds(own.ru_utime) - seconds(own.ru_stime);
}

nlohmann::json describe_machine() {
    measurement::memory_sizes m = measurement::detect_memory();
    return {{"cpu", cpu_name()},
            {"cpus", sysconf(_SC_NPROCESSORS_ONLN)},
            {"caches", {{"l1", m.l1}, {"l2", m.l2}, {"l3", m.l3}}},
            {"compiler", compiler()},
            {"system", kernel()},
            {"date", today()},
            {"library", slopewise_version()},
            {"variants", contenders::usable_variants()}};
}

}  // namespace slopewise::bench
