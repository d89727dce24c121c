// What a person sees of a run.
#pragma once

#include <string>

namespace slopewise::autotune {

/// On a terminal one line that changes, else a line for each row that is done. Rows count by their work.
class progress {
public:
    progress(double all_work, bool is_terminal) : all(all_work), is_terminal(is_terminal) {}

    void now_at(const std::string &what, double seconds);
    void finished(double work, const std::string &line);

    /// From the rows done so far; of none, "?".
    std::string time_left(double seconds) const;

private:
    double all, done = 0;
    bool is_terminal;
};

/// "1:05", "1:02:03"
std::string clock_time(double seconds);

}  // namespace slopewise::autotune
