// What there is to compare for a problem, and the memory for it.
#pragma once

#include <algorithm>
#include <thread>

#include "bounds/usable.h"
#include "contenders/workspace.h"
#include "group.h"

namespace slopewise::bench {

using namespace contenders;

/// The memory that all benchmarks run on: at addresses that never change, so that benchmarks can be listed and chosen from before
/// any of it is touched.
class arena {
public:
    arena();

    problem at(operation op, element type, int64_t n, bool in_place = false) const;

    /// Two arrays that are only read, two that are written.
    void *input(int which) const { return arrays[which]->data(); }
    void *output(int which) const { return arrays[2 + which]->data(); }

    /// Fails where that is more than the memory that is free.
    void touch(const array_sizes &sizes);

private:
    std::unique_ptr<measurement::array> arrays[4];
};

enum class stores { plain, streaming };

/// Where caches stop to matter: a call that moves more finds in them nothing of the call before. Last caches are larger by
/// name than in use: of 480 MiB that a shared machine names, 32 are worth counting on (Intel, Granite Rapids).
constexpr int64_t largest_cached_bytes = int64_t{128} << 20;

/// What "all threads" means.
inline int all_threads() { return std::max(1, int(std::thread::hardware_concurrency())); }

/// A group for a problem, whose memory is touched before the first of its benchmarks runs.
group group_of(arena &memory, const problem &p, const std::string &form = "");

/// This library on DLTensors as it comes, in its flat form, and, where its best variant is a wider one, forced to AVX2.
void add_library(group &to, const problem &p);

/// The flat form of relu, leaky_relu or rrelu, f32.
entry flat_entry(const problem &p, const char *label);

/// Copies that move as many bytes in all: memcpy and a loop of the best instruction set, which is the faster of the two at
/// some sizes, or its streaming copy. On several threads: in equal parts on this one and others that are started for the call,
/// which costs little beside what memory takes.
void add_limit(group &to, const problem &p, stores kind, int threads = 1);

/// Loops by hand, where there are any for the problem.
void add_bounds(group &to, const problem &p, stores kind);

void add_peers(group &to, const problem &p, int threads = 1);

/// On one thread and on all, which their names say.
void add_peers_on_one_and_all(group &to, const problem &p);

/// Before the first of the group's benchmarks runs: fails unless every contender so far that must writes the same bytes as the
/// first. Out of place.
void verify_first(group &g, const problem &p);

}  // namespace slopewise::bench
