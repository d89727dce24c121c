// Machines whose choices were measured: the files of machines/, as plain data that the build writes.
#pragma once

#include "dispatch/choices.h"

namespace slopewise {

struct measured_machine {
    const char *name;  ///< of the file
    const char *vendor;
    int family, model;
    cache_sizes caches;
    int threads;
    const measured_row *rows;
    int row_count;

    bool is_this(const cpu_model &cpu, const cache_sizes &sizes, int available) const;
};
extern const measured_machine measured_machines[];  ///< and one more, that is nothing
extern const int measured_machine_count;

/// Those that may be asked.
struct machine_list {
    const measured_machine *machines;
    int count;
};

/// The table of the one that is this machine; or, where none is, at each size the choice whose worst loss over all of them is least,
/// sizes scaled by the caches; or the built-in one. Says in `out.source` which.
void choose_table(const machine_list &known, const cpu_model &cpu, const cache_sizes &caches, int threads, machine_choices &out);

}  // namespace slopewise
