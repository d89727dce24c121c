#include "others.h"

#include <thread>
#include <vector>

#include "dispatch/machines.h"
#include "left_out.h"

namespace slopewise::bench {
namespace {

machine_choices choose_without_own_row() {
    const cpu_model cpu = identify_cpu();
    const cache_sizes caches = detect_caches();
    const int threads = int(std::thread::hardware_concurrency());
    std::vector<measured_machine> others;
    for (int m = 0; m < measured_machine_count; m++) {
        if (!measured_machines[m].is_this(cpu, caches, threads)) others.push_back(measured_machines[m]);
    }
    machine_choices chosen = {};
    choose_table({others.data(), int(others.size())}, cpu, caches, threads, chosen);
    return chosen;
}

const machine_choices &chosen() {
    static const machine_choices once = choose_without_own_row();
    return once;
}

}  // namespace

other_choice choice_without_own_row(const char *name, int64_t elements) {
    choice c = choose(chosen().at(pattern(place_of(pattern_names, name)), elements), any_choice, true);
    return {store_names[int(c.kind)], c.all};
}

std::string source_without_own_row() { return chosen().source; }

std::string cross_validation() {
    const machine_list all = {measured_machines, measured_machine_count};
    return in_words(cross_validate(all), all.count);
}

}  // namespace slopewise::bench
