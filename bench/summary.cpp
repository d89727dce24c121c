#include "summary.h"

#include <cstdio>

#include "measurement/statistics.h"

namespace slopewise::bench {

void print_line(const group &g, const std::vector<measurement::series> &all, double others) {
    const measurement::series &first = all.front();
    double ns = measurement::median(first.rounds);
    std::string what =
        g.op + " " + g.type + (g.form == "contiguous" ? "" : " " + g.form) + (g.condition == "quiet" ? "" : ", " + g.condition);
    std::printf("%-8s %-28s %10lld  %-22s %12.1f ns %8.4f ns/elt", g.section.c_str(), what.c_str(), static_cast<long long>(g.elements),
                first.name.c_str(), ns, ns / double(g.elements));
    if (g.bytes > 0) std::printf(" %6.1f GB/s", double(g.bytes) / ns);
    for (size_t i = 1; i + 1 < all.size(); i++) std::printf("; %s x%.2f", all[i].name.c_str(), measurement::ratio(all[i], first).value);
    std::printf("; noise %.1f %%, %zu rounds", 100 * measurement::noise(first, all.back()), first.rounds.size());
    if (others > 0.1) std::printf("; other processes used %.1f CPUs", others);
    std::printf("\n");
    std::fflush(stdout);
}

}  // namespace slopewise::bench
