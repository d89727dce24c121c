// A program of benchmarks with the flags of Google's library, which runs one group after the other.
#pragma once

#include <benchmark/benchmark.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "group.h"
#include "reporter.h"

namespace slopewise::bench {

class program {
public:
    /// Takes the flags that it knows. Fails on others, and where the output cannot be written.
    program(int argc, char **argv);

    /// Runs those of the group's benchmarks that --benchmark_filter lets through, or lists them. A group may be empty.
    void measure(const group &g);

    /// Ends what is written; the program's exit status.
    int finish();

private:
    std::string out;  ///< the file of --benchmark_out
    std::ofstream file;
    benchmark::JSONReporter json;
    std::ostringstream messages;  ///< of Google's library, for each group that the filter lets nothing through of
    std::optional<collecting_reporter> display, document;
    size_t matched = 0;
};

}  // namespace slopewise::bench
