// Prints a digest of every function's and flat form's results, for a test to compare between CPUs.
// usage: digest [VARIANT]. Exit status 3: a call was refused, with its message on stdout.
#include <cstdio>

#include "everything.h"

int main(int argc, char **argv) {
    using namespace slopewise::test;
    slopewise_options o = default_options();
    o.variant = argc > 1 ? argv[1] : nullptr;
    o.threads = 2;
    auto results = run_everything(o), flat = run_flat_forms();
    if (results.empty() || flat.empty()) {
        std::printf("refused: %s\n", slopewise_last_error());
        return 3;
    }
    results.insert(results.end(), flat.begin(), flat.end());
    uint64_t digest = 14695981039346656037u;  // FNV-1a
    for (const auto &bytes : results) {
        for (unsigned char b : bytes) digest = (digest ^ b) * 1099511628211u;
    }
    std::printf("%zu results: %016llx\n", results.size(), static_cast<unsigned long long>(digest));
    return 0;
}
