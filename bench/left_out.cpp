#include "left_out.h"

#include <cstdio>

namespace slopewise::bench {
namespace {

double loss(const measured_row &row, choice taken) {
    int best = 0;
    for (int ratio : row.awake) best = ratio > 0 && (best == 0 || ratio < best) ? ratio : best;
    int here = row.awake[taken.index()];
    return here > 0 ? double(here) / best : 1;
}

left_out leave_out(const machine_list &all, const measured_machine &own) {
    cpu_model cpu = {"", own.family, own.model, 0};
    std::snprintf(cpu.vendor, sizeof cpu.vendor, "%s", own.vendor);
    const machine_choices chosen = choose_without_own_row(all, cpu, own.caches, own.threads);
    left_out result = {own.name};
    for (const measured_row *row = own.rows; row != own.rows + own.row_count; row++) {
        double lost = loss(*row, choose(chosen.of[row->pattern][row->place], any_choice, true));
        if (lost > result.worst) result = {own.name, lost, row->pattern, size_at(row->place)};
    }
    return result;
}

}  // namespace

machine_choices choose_without_own_row(const machine_list &all, const cpu_model &cpu, const cache_sizes &caches, int threads) {
    std::vector<measured_machine> others;
    for (int m = 0; m < all.count; m++) {
        if (!all.machines[m].is_this(cpu, caches, threads)) others.push_back(all.machines[m]);
    }
    machine_choices chosen = {};
    choose_table({others.data(), int(others.size())}, cpu, caches, threads, chosen);
    return chosen;
}

std::vector<left_out> cross_validate(const machine_list &all) {
    std::vector<left_out> results;
    for (int m = 0; all.count >= least_machines && m < all.count; m++) results.push_back(leave_out(all, all.machines[m]));
    return results;
}

std::string in_words(const std::vector<left_out> &validated, int machines) {
    if (validated.empty()) return "not run (" + std::to_string(machines) + " measured, " + std::to_string(least_machines) + " needed)";
    std::string words;
    for (const left_out &one : validated) {
        char text[200];
        std::snprintf(text, sizeof text, "%s%s at most %.2fx (%s, %lld elements)", words.empty() ? "" : "; ", one.machine, one.worst,
                      pattern_names[one.pattern], static_cast<long long>(one.elements));
        words += text;
    }
    return words;
}

}  // namespace slopewise::bench
