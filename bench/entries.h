// The contenders for a problem on one thread.
#pragma once

#include <vector>

#include "bounds/usable.h"
#include "session.h"

namespace slopewise::bench {

enum class stores { plain, streaming };

/// This library on DLTensors as it comes, in its flat form, and, where its best variant is a wider one, forced to AVX2.
void add_library(std::vector<entry> &to, const problem &p);

/// Copies that move as many bytes in all: memcpy and a loop of the best instruction set, which is the faster of the two at
/// some sizes, or its streaming copy.
void add_limit(std::vector<entry> &to, const problem &p, stores kind);

/// Such copies in equal parts on this thread and others started for the call, which costs little beside what memory takes.
void add_shared_copies(std::vector<entry> &to, const problem &p, int threads);

/// Loops by hand, where there are any for the problem.
void add_bounds(std::vector<entry> &to, const problem &p, stores kind);

void add_peers(std::vector<entry> &to, const problem &p, int threads = 1);

/// On one thread and on `threads`, which their names say.
void add_peers_on_one_and(int threads, std::vector<entry> &to, const problem &p);

/// Fails unless every contender that must writes the same bytes as the first. Out of place.
void verify(const std::vector<entry> &entries, const problem &p);

}  // namespace slopewise::bench
