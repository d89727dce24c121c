// Prints a digest of each function's results, and one of all flat forms', for a test to compare between CPUs: a new function
// changes no other's. usage: digest [VARIANT]. Exit status 3: a call was refused, with its message on stdout.
#include <cstdio>

#include "everything.h"

namespace {

/// False where there are no results.
bool print(const char *name, const std::vector<std::vector<unsigned char>> &results) {
    uint64_t digest = 14695981039346656037u;  // FNV-1a
    for (const auto &bytes : results) {
        for (unsigned char b : bytes) digest = (digest ^ b) * 1099511628211u;
    }
    std::printf("%s %zu %016llx\n", name, results.size(), static_cast<unsigned long long>(digest));
    return !results.empty();
}

}  // namespace

int main(int argc, char **argv) {
    using namespace slopewise::test;
    slopewise_options o = default_options();
    o.variant = argc > 1 ? argv[1] : nullptr;
    o.threads = 2;
    bool all = true;
    for (const function &f : functions()) all = all && print(f.name, run_everything(f, o));
    all = all && print("flat", run_flat_forms());
    if (!all) std::printf("refused: %s\n", slopewise_last_error());
    return all ? 0 : 3;
}
