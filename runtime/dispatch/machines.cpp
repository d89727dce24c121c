#include "dispatch/machines.h"

#include <cstdio>
#include <cstring>

namespace slopewise {
namespace {

/// Within 0.1, which is enough to find the nearest power of two.
double logarithm(int64_t n) {
    int bits = 63 - __builtin_clzll(uint64_t(n | 1));
    return bits + double(n) / double(int64_t{1} << bits) - 1;
}

/// Where on another machine a size of this one lies: within the inner caches the same, up to the last cache as far on the way
/// there, beyond as many times as large.
int place_there(int place, double arrays, const cache_sizes &here, const cache_sizes &there) {
    double bytes = first_size_bits + place + arrays;
    double inner = logarithm(inner_cache(here)), last = logarithm(last_cache(here)), moved = bytes;
    double inner_there = logarithm(inner_cache(there)), last_there = logarithm(last_cache(there));
    if (bytes > last || last <= inner) {
        moved = bytes > inner ? bytes + last_there - last : bytes;
    } else if (bytes > inner) {
        moved = inner_there + (bytes - inner) / (last - inner) * (last_there - inner_there);
    }
    return std::clamp(int(moved - arrays - first_size_bits + 0.5), 0, size_count - 1);
}

void fill(const measured_machine &m, ratio_table &table) {
    fill_built_in(m.caches, table);
    put_rows(m.rows, m.row_count, m.caches, table);
}

bool has(const measured_machine &m, int pattern) {
    return std::any_of(m.rows, m.rows + m.row_count, [&](const measured_row &r) { return r.pattern == pattern; });
}

/// Makes each choice's loss the worse of what it was and of what it is here; one that is not measured here is out.
void worsen(uint16_t (&worst)[choice_count], const uint16_t (&measured)[choice_count], bool first) {
    int best = UINT16_MAX;
    for (int ratio : measured) best = ratio > 0 ? std::min(best, ratio) : best;
    for (int i = 0; i < choice_count; i++) {
        int loss = std::min(1000 * measured[i] / best, int{UINT16_MAX});
        bool out = loss == 0 || (!first && worst[i] == 0);
        worst[i] = uint16_t(out ? 0 : first ? loss : std::max<int>(loss, worst[i]));
    }
}

/// Returns over how many machines' losses, at most.
int fill_least_loss(const machine_list &known, const cache_sizes &caches, ratio_table &table) {
    int asked = 0, of_pattern[pattern_count] = {};
    ratio_table there;
    for (int m = 0; m < known.count; m++) {
        const measured_machine &one = known.machines[m];
        fill(one, there);
        for (int p = 0; p < pattern_count; p++) {
            if (!has(one, p)) continue;
            for (int at = 0; at < size_count; at++) {
                const ratios &r = there[p][place_there(at, logarithm(4 * operands_of(pattern(p))), caches, one.caches)];
                worsen(table[p][at].awake, r.awake, of_pattern[p] == 0);
                worsen(table[p][at].asleep, r.asleep, of_pattern[p] == 0);
            }
            asked = std::max(asked, ++of_pattern[p]);
        }
    }
    return asked;
}

}  // namespace

bool measured_machine::is_this(const cpu_model &cpu, const cache_sizes &sizes, int available) const {
    return std::strcmp(vendor, cpu.vendor) == 0 && family == cpu.family && model == cpu.model && caches.l3 == sizes.l3 &&
           threads == available;
}

void choose_table(const machine_list &known, const cpu_model &cpu, const cache_sizes &caches, int threads, machine_choices &out) {
    fill_built_in(caches, out.of);
    int asked = fill_least_loss(known, caches, out.of);
    out.from = asked ? origin::nearest : origin::built_in;
    std::snprintf(out.source, sizeof out.source, asked ? "nearest: worst loss over %d machine%s" : "built-in", asked,
                  asked == 1 ? "" : "s");
    for (int m = 0; m < known.count; m++) {
        const measured_machine &one = known.machines[m];
        if (!one.is_this(cpu, caches, threads)) continue;
        put_rows(one.rows, one.row_count, caches, out.of);
        out.from = origin::own_row;
        std::snprintf(out.source, sizeof out.source, "measured on this CPU model: machines/%s", one.name);
        break;
    }
    out.find_small_sizes();
}

}  // namespace slopewise
