// A run over the rows of one variant, and what ends it early.
#pragma once

#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "autotune/journal.h"
#include "autotune/laboratory.h"
#include "autotune/schedules.h"

namespace slopewise::autotune {

struct budget_used_up : std::runtime_error {
    budget_used_up() : runtime_error("the budget is used up") {}
};
struct interrupted : std::runtime_error {
    interrupted() : runtime_error("interrupted; --resume goes on from what is in the journal") {}
};

/// From now on a Ctrl-C asks the run to end, and a second one ends the process.
void end_on_interruption();

/// Throws when the run is to end: interrupted after such a Ctrl-C, budget_used_up after so many nanoseconds.
std::function<void()> stop_after(double budget, measurement::nanosecond_clock now);

struct options {
    std::vector<std::string> variants, kernels;               ///< empty: all that this machine uses
    double budget = std::numeric_limits<double>::infinity();  ///< seconds
    bool resume = false, dry_run = false, force = false;
    std::string state = "build/autotune", schedules;  ///< folders; of no name: the schedule files that the build reads
};

class tuner {
public:
    tuner(const options &asked, const std::string &rows_file, session &s);

    /// The space, for a look.
    void list() const;

    /// All rows, as far as time goes. Throws what session::stop does, but for a used up budget.
    void run();

private:
    nlohmann::json run_description() const;
    void expect_quiet();
    void tune(const row &r);
    void say(const std::string &line) const;

    const options asked;
    session &s;
    variant_rows all;
    std::vector<row> rows;
    std::string schedule_file;
    schedule present;
    std::optional<journal> log;
    int changed = 0, decided = 0;
};

}  // namespace slopewise::autotune
