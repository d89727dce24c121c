// Candidates as the build would make them: the row's generator run as a process with the shipped target, the step that gives
// stores their kind, and a shared object of the one kernel.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "autotune/rows.h"
#include "autotune/space.h"
#include "table/registry.h"

namespace slopewise::autotune {

/// A function out of a shared object that stays loaded as long as this lives.
class loaded_kernel {
public:
    /// Throws std::runtime_error.
    loaded_kernel(const std::string &path, const std::string &symbol);
    kernel_function function() const { return entry; }

private:
    std::shared_ptr<void> library;
    kernel_function entry;
};

struct emitted {
    std::shared_ptr<const loaded_kernel> kernel;
    std::string refusal;  ///< by the generator, the stores' step or the linker, where there is no kernel
};

/// Where and with what kernels are made. The folder must be there.
struct workshop {
    std::string folder, stores_program, compiler;
};

emitted emit(const workshop &w, const row &r, const candidate &c);

/// On all CPUs at once.
std::vector<emitted> emit_all(const workshop &w, const row &r, const std::vector<candidate> &all);

/// A generator's function with a schedule that one of Halide's own autoschedulers finds, for one thread.
emitted emit_scheduled(const workshop &w, const row &plain_statement, const std::string &scheduler, const std::string &plugin);

}  // namespace slopewise::autotune
