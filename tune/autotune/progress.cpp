#include "autotune/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace slopewise::autotune {

std::string clock_time(double seconds) {
    long s = std::lround(seconds);
    char text[32];
    if (s < 3600) {
        std::snprintf(text, sizeof text, "%ld:%02ld", s / 60, s % 60);
    } else {
        std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    }
    return text;
}

std::string progress::time_left(double seconds) const { return done > 0 ? clock_time(seconds * (all - done) / done) : "?"; }

void progress::now_at(const std::string &what, double seconds) {
    if (!is_terminal) return;
    std::fprintf(stderr, "\r\033[K%3.0f %%  %s  %s gone, %s left", 100 * done / std::max(all, 1.0), what.c_str(),
                 clock_time(seconds).c_str(), time_left(seconds).c_str());
    std::fflush(stderr);
}

void progress::finished(double work, const std::string &line) {
    done += work;
    if (is_terminal) std::fprintf(stderr, "\r\033[K");
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

}  // namespace slopewise::autotune
