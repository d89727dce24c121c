// slopewise_bench: benchmarks named op/type/elements[/form]/contender, with the flags of Google's library.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "context.h"
#include "sections/sections.h"

using namespace slopewise::bench;

int main(int argc, char **argv) {
    setenv("SLOPEWISE_WISDOM", "", 0);  // the library as it comes, unless told otherwise
    try {
        program all(argc, argv);
        add_context();
        arena memory;
        for (auto measure : sections) measure(all, memory);
        return all.finish();
    } catch (const std::exception &e) {
        std::fprintf(stderr, "slopewise_bench: %s\n", e.what());
        return 1;
    }
}
