#include "measurement/machine.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <utility>

namespace slopewise::measurement {
namespace {

double seconds(const timeval &t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; }

/// Of processor time that others have taken so far, on all CPUs.
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

}  // namespace

std::string cpu_name() {
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        size_t value = line.find(": ");
        if (line.rfind("model name", 0) == 0 && value != std::string::npos) return line.substr(value + 2);
    }
    return "unknown";
}

bystanders::bystanders(nanosecond_clock clock) : now(std::move(clock)), start(now()), seconds_before(seconds_of_others()) {}

double bystanders::cpus() const { return std::max(0.0, seconds_of_others() - seconds_before) / ((now() - start) * 1e-9); }

std::string today() {
    std::time_t now = std::time(nullptr);
    char text[16];
    std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));
    return text;
}

}  // namespace slopewise::measurement
