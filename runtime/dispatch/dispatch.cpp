#include "dispatch/dispatch.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "dispatch/cpu_features.h"
#include "dispatch/explain.h"
#include "dispatch/machines.h"
#include "dispatch/processors.h"
#include "request/error.h"
#include "request/forks.h"

namespace slopewise {
namespace {

void find_usable(machine &m) {
    for (int v = 0; v < variant_count; v++) {
        char missing[32];
        bool for_cpu = variants[v].device == device_kind::cpu;
        m.usable[v] = for_cpu && cpu_has(variants[v].needs, missing, sizeof missing);
        if (m.usable[v]) continue;
        if (for_cpu) {
            std::snprintf(m.reason[v], sizeof m.reason[v], "this CPU or its operating system lacks %s", missing);
        } else {
            std::snprintf(m.reason[v], sizeof m.reason[v], "it is for tensors on %s", device_kind_names[int(variants[v].device)]);
        }
    }
}

bool cannot_use(const machine &m, const char *source, const char *name, char *out, size_t capacity) {
    auto runs = [&](int v, char *why, size_t size) {
        std::snprintf(why, size, "%s", m.reason[v]);
        return m.usable[v];
    };
    return explain_unusable(source, name, runs, out, capacity);
}

void read_thread_limit(machine &m) {
    processor_count found = count_processors();
    m.thread_limit = m.cpus = found.count;
    m.limited_by = found.source;
    const char *text = std::getenv("SLOPEWISE_THREADS");
    if (!text) return;
    char *end;
    errno = 0;
    long value = std::strtol(text, &end, 10);
    if (end == text || *end || errno || value <= 0) return;
    m.thread_limit = value < 1024 ? int(value) : 1024;
    m.limited_by = "SLOPEWISE_THREADS";
    m.threads_forced = true;
}

/// A variant binds tensors of its own device only; a name that is none's binds all.
void read_forced_variant(machine &m) {
    const char *name = std::getenv("SLOPEWISE_VARIANT");
    if (!name || !*name) return;
    int v = find_variant(name);
    if (v >= 0 && variants[v].device != device_kind::cpu) {
        m.forced_gpu = &variants[v];
    } else {
        std::snprintf(m.forced_name, sizeof m.forced_name, "%s", name);  // one that is cut is no variant's
        m.forced = m.forced_name;
    }
}

void choose_everything(machine &m, const variant *forced) {
    for (int op = 0; op < operation_count; op++) {
        for (int c = 0; c < class_count; c++) m.choice[op][c] = forced ? forced : &variants[m.by_size.variant_of[op][c]];
    }
}

/// Without wisdom: what machines/ says of this machine, and one variant for everything.
void choose_by_size(machine &m, int variant) {
    const cache_sizes caches = detect_caches();
    end_classes(caches, m.by_size.class_ends);
    std::memset(m.by_size.variant_of, variant, sizeof m.by_size.variant_of);
    choose_table({measured_machines, measured_machine_count}, identify_cpu(), caches, m.cpus, m.by_size);
}

/// Allocates nothing, and so cannot fail. `m` is all zero.
void resolve(machine &m) {
    find_usable(m);
    read_thread_limit(m);
    read_forced_variant(m);
    int first = int(std::find(m.usable, m.usable + variant_count, true) - m.usable);
    choose_by_size(m, first < variant_count ? first : 0);
    read_wisdom({m.cpus, m.usable}, m.by_size, m.wisdom);
    if (m.forced && cannot_use(m, "SLOPEWISE_VARIANT", m.forced, m.problem, sizeof m.problem)) return;
    if (first == variant_count) {
        std::snprintf(m.problem, sizeof m.problem, "variant: none of this build runs on this CPU");
    } else {
        choose_everything(m, m.forced ? &variants[find_variant(m.forced)] : nullptr);
    }
}

}  // namespace

std::atomic<const machine *> resolved_machine{nullptr};

// Not a static local: its guard, held by a thread that a fork leaves behind, would hang the child's first call. Who comes first
// resolves; the others of its process wait. A child begins anew. Nothing is ever freed, since threads may still call while
// the process exits.
const machine &resolve_machine() {
    constexpr int nobody = unwatched - 1;
    constexpr timespec pause = {0, 50'000};
    static machine place;
    static std::atomic<int> resolver{nobody};
    const int own = forks();
    int found = resolver.load();
    while (found != own && !resolver.compare_exchange_weak(found, own)) {
    }
    if (found != own) {
        std::memset(static_cast<void *>(&place), 0, sizeof place);  // what a lost thread left
        resolve(place);
        resolved_machine.store(&place, std::memory_order_release);
    }
    while (!resolved_machine.load(std::memory_order_acquire)) nanosleep(&pause, nullptr);
    return *resolved_machine.load(std::memory_order_acquire);
}

int find_variant(const char *name) {
    for (int v = 0; v < variant_count; v++) {
        if (std::strcmp(variants[v].name, name) == 0) return v;
    }
    return -1;
}

slopewise_status environment_failure() { return fail(SLOPEWISE_UNAVAILABLE_VARIANT, "%s", this_machine().problem); }

const variant *choose_variant(const char *forced, operation op, int64_t bytes) {
    const machine &m = this_machine();
    if (!forced) {
        const variant *best = m.best(op, bytes);
        if (!best) (void)environment_failure();
        return best;
    }
    char problem[400];
    if (!cannot_use(m, "variant", forced, problem, sizeof problem)) return &variants[find_variant(forced)];
    (void)fail(SLOPEWISE_UNAVAILABLE_VARIANT, "%s", problem);
    return nullptr;
}

}  // namespace slopewise
