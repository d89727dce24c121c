// Contenders that are measured side by side, as benchmarks of Google's library.
//
// A benchmark is one stretch of calls after an untimed one, which leaves the caches as the stretch will find them. Each begins
// at a random depth of the stack: an unlucky place makes some kernels take 1.4 times as long (RReLU bf16, AVX2, on Zen 4) and
// would stay for a whole process. The counter "order" says when in the process it ran.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "measurement/repeating.h"

namespace slopewise::bench {

/// What a contender is to the report: its benchmark's label. Other libraries have their own names there.
namespace label {
constexpr const char *library = "library";  ///< as it comes; the first of a group is the group's baseline
constexpr const char *variant = "variant";  ///< this library, forced to another variant or way
constexpr const char *bound = "by hand";
constexpr const char *limit = "copy";     ///< of as many bytes
constexpr const char *repeat = "repeat";  ///< the first of a group again: what the two differ by is noise
}  // namespace label

struct entry {
    std::string name;  ///< the last part of the benchmark's; nothing in it that a shell or a filter takes for its own
    std::string label;
    measurement::repeated run;
    bool same_bytes = false;  ///< must write what the first writes
    int64_t bytes = 0;        ///< in and out, where they differ from the group's
};

enum class timing {
    stretches,  ///< of one thread
    threads,    ///< by the wall clock, as several threads need it
    device,     ///< by a clock that is read when the device has finished
    calls       ///< each call by the clock, for quantiles
};

struct group {
    std::string name;  ///< op/type/elements[/form]
    int64_t elements;
    int64_t bytes;  ///< in and out
    std::vector<entry> entries = {};
    std::vector<std::function<void()>> preparations = {};  ///< once, before the first of its benchmarks runs
    timing time = timing::stretches;
    bool warm = true;                   ///< calls find in the caches what the call before left there
    int64_t calls = 1;                  ///< a benchmark, with timing::calls
    std::function<void()> before = {};  ///< each of those calls, untimed; may be empty
};

/// Registers a benchmark for each entry, and for the first again. The group must live until they have run.
void register_benchmarks(const group &g);

}  // namespace slopewise::bench
