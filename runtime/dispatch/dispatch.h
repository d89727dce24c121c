// The choice of a variant, made once.
#pragma once

#include <atomic>

#include "dispatch/choices.h"
#include "dispatch/wisdom.h"
#include "slopewise/slopewise.h"
#include "table/registry.h"

namespace slopewise {

struct machine {
    bool usable[max_variants];
    char reason[max_variants][96];  ///< why a variant cannot run on this CPU
    /// For CPU tensors, by operation and size; all null when the environment forces a wrong one.
    const variant *choice[operation_count][class_count];
    const char *forced;         ///< SLOPEWISE_VARIANT where it binds CPU tensors, or null
    char forced_name[64];       ///< a copy, cut: the program may change its environment
    const variant *forced_gpu;  ///< SLOPEWISE_VARIANT where it binds a GPU's tensors, or null
    char problem[400];          ///< what is wrong with SLOPEWISE_VARIANT
    int cpus;                   ///< threads of this process that may run at once
    int thread_limit;           ///< of the built-in pool
    const char *limited_by;     ///< what sets it
    bool threads_forced;        ///< SLOPEWISE_THREADS does
    machine_choices by_size;
    wisdom_state wisdom;

    const variant *best(operation op, int64_t bytes) const { return choice[int(op)][by_size.class_of(bytes)]; }
};

/// Null until the first call.
extern std::atomic<const machine *> resolved_machine;
const machine &resolve_machine();

/// Reads the CPU and the environment at the first call. Inline: the flat forms look here on every call.
inline const machine &this_machine() {
    const machine *m = resolved_machine.load(std::memory_order_acquire);
    return __builtin_expect(m != nullptr, 1) ? *m : resolve_machine();
}

/// The variant for a call on CPU tensors that moves so many bytes: `forced` if given, else the environment's, else the
/// best. Null after a failure, whose message is set.
const variant *choose_variant(const char *forced, operation op, int64_t bytes);

/// Its place in `variants`, or -1.
int find_variant(const char *name);

/// Fails with the environment's problem, for calls that name no variant.
slopewise_status environment_failure();

}  // namespace slopewise
