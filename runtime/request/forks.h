// What other threads held or were making when a process forked is lost in its child: nobody will finish it.
#pragma once

namespace slopewise {

/// Where the C library had no memory to tell of forks.
constexpr int unwatched = -1;

/// How many forks lie between the process that loaded the library and this one.
int forks();

}  // namespace slopewise
