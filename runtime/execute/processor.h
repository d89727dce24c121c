// Instructions that C++ has no name for.
#pragma once

#include <xmmintrin.h>

namespace slopewise {

/// Stores past the caches become visible before any store that follows: a caller may hand the output to another thread.
inline void fence_streamed_stores() { _mm_sfence(); }

/// In a loop that waits for another thread.
inline void relax() { _mm_pause(); }

}  // namespace slopewise
