#include "others.h"

#include <thread>

#include "left_out.h"

namespace slopewise::bench {
namespace {

machine_list all_machines() { return {measured_machines, measured_machine_count}; }

const machine_choices &chosen() {
    static const machine_choices once =
        choose_without_own_row(all_machines(), identify_cpu(), detect_caches(), int(std::thread::hardware_concurrency()));
    return once;
}

}  // namespace

other_choice choice_without_own_row(const char *name, int64_t elements) {
    choice c = choose(chosen().at(pattern(place_of(pattern_names, name)), elements), any_choice, true);
    return {store_names[int(c.kind)], c.all};
}

std::string source_without_own_row() { return chosen().source; }

std::string cross_validation() { return in_words(cross_validate(all_machines()), measured_machine_count); }

}  // namespace slopewise::bench
