// Candidates as the build would make them: the row's generator run as a process with the shipped target, the step that gives
// stores their kind, and a shared object of the one kernel.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "autotune/rows.h"
#include "table/registry.h"

namespace slopewise::autotune {

/// Runs a program to its end, out of reach of the terminal's Ctrl-C; one that takes longer is ended. What is wrong, in one line,
/// or nothing: the last line that it wrote to its standard error where it failed.
std::string run_program(const std::vector<std::string> &command, double seconds_allowed);

struct emitted {
    kernel_function function;
    std::string refusal;            ///< by the generator, the stores' step or the linker, where there is no function
    std::shared_ptr<void> library;  ///< that the function is loaded from
};

/// Where and with what kernels are made. The folder must be there.
struct workshop {
    std::string folder, stores_program, compiler;
};

/// On all CPUs at once.
std::vector<emitted> emit_all(const workshop &w, const row &r, const std::vector<candidate> &all);

/// A generator's function with a schedule that one of Halide's own autoschedulers finds, for one thread.
emitted emit_scheduled(const workshop &w, const row &plain_statement, const std::string &scheduler, const std::string &plugin);

}  // namespace slopewise::autotune
