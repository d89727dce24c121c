// The machine, this build and the other libraries, for the record.
#pragma once

namespace slopewise::bench {

/// Adds them to the context that Google's library writes.
void add_context();

/// What "all threads" means.
int all_threads();

}  // namespace slopewise::bench
