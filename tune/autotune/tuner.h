// A run over the rows of one variant.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "autotune/journal.h"
#include "autotune/progress.h"
#include "autotune/row_laboratory.h"
#include "autotune/schedules.h"

namespace slopewise::autotune {

struct assignment {
    std::string rows_file;
    std::string schedule_file;         ///< empty: the variant's own
    std::vector<std::string> kernels;  ///< empty: all that this machine uses
    std::string journal;
    bool resume = false, force = false;
};

class tuner {
public:
    tuner(const assignment &a, session &s);

    /// The space, for a look.
    void list() const;

    /// All rows, as far as time goes; whether everything is done. Throws what session::stop does, but for a used up budget.
    bool run();

    const std::string &variant() const { return all.variant; }

private:
    nlohmann::json run_description() const;
    void expect_quiet();
    void tune(const row &r);
    void write();

    const assignment asked;
    session &s;
    variant_rows all;
    std::vector<row> rows;
    schedule present;
    std::unique_ptr<journal> log;
    std::unique_ptr<progress> shown;
    double begun = 0;
    int changed = 0, decided = 0;
};

}  // namespace slopewise::autotune
