#include "wisdom/crossing.h"

#include <algorithm>
#include <cmath>

namespace slopewise::cli {

std::optional<int64_t> faster_from(const std::vector<rung> &ladder, margin by) {
    std::optional<int64_t> from;
    double saved = 0, most = 0;
    for (auto r = ladder.rbegin(); r != ladder.rend(); ++r) {
        saved += std::log(1 - margins[int(by)]) - std::log(r->ratio.value);
        if (saved > most && is_faster(r->ratio, by)) {
            most = saved;
            from = r->size;
        }
    }
    return from;
}

std::vector<int64_t> ladder(int64_t first, int64_t last, double factor, int64_t step) {
    std::vector<int64_t> sizes;
    for (double size = double(first); size <= double(last) * 1.001; size *= factor) {
        int64_t whole = std::max<int64_t>(1, std::llround(size / double(step))) * step;
        if (sizes.empty() || whole > sizes.back()) sizes.push_back(whole);
    }
    return sizes;
}

}  // namespace slopewise::cli
