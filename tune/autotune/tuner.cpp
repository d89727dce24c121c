#include "autotune/tuner.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>

#include "dispatch/dispatch.h"
#include "measurement/machine.h"
#include "output/printable.h"
#include "output/replacement.h"

namespace slopewise::autotune {
namespace {

using nlohmann::json;

constexpr double most_noise = 0.03, most_others = 0.2;

volatile std::sig_atomic_t was_interrupted = 0;

void note_interruption(int signal) {
    was_interrupted = 1;
    std::signal(signal, SIG_DFL);
}

/// Whether a call on this machine ever fetches output lines ahead.
bool machine_prefetches() {
    const auto &all = this_machine().by_size.of;
    return std::any_of(&all[0][0], &all[0][0] + pattern_count * size_count,
                       [](const ratios &r) { return choose(r, any_choice, true).kind == stores::prefetch; });
}

/// Without a list of names, those that matter on this machine and have something to choose.
std::vector<row> rows_of(const variant_rows &all, const std::vector<std::string> &names) {
    std::vector<row> rows = chosen_rows(all, names);
    auto is_left_out = [&](const row &r) {
        return space_of(r).groups.empty() || (names.empty() && r.stores == "prefetch" && !machine_prefetches());
    };
    rows.erase(std::remove_if(rows.begin(), rows.end(), is_left_out), rows.end());
    if (rows.empty()) throw std::runtime_error("the kernels that were asked for have nothing to choose in the variant " + all.variant);
    return rows;
}

}  // namespace

void end_on_interruption() {
    std::signal(SIGINT, note_interruption);
    std::signal(SIGTERM, note_interruption);
}

std::function<void()> stop_after(double budget, measurement::nanosecond_clock now) {
    double end = now() + budget;
    return [end, now = std::move(now)] {
        if (was_interrupted) throw interrupted();
        if (now() >= end) throw budget_used_up();
    };
}

tuner::tuner(const options &asked, const std::string &rows_file, session &s)
    : asked(asked),
      s(s),
      all(load_rows(rows_file)),
      rows(rows_of(all, asked.kernels)),
      schedule_file(asked.schedules.empty() ? all.schedule : asked.schedules + "/" + all.variant + ".json"),
      present(all, schedule_file) {
    s.shop.stores_program = all.stores_program;
}

void tuner::say(const std::string &line) const {
    cli::print_line(stdout, "%s%s", all.variant.c_str(), line.c_str());
    std::fflush(stdout);
}

void tuner::list() const {
    for (const row &r : rows) {
        std::string sizes;
        for (const size_class &c : sizes_of(shape_of(r), s.caches)) sizes += (sizes.empty() ? "" : ", ") + c.name;
        cli::print_line(stdout, "%-28s %4zu candidates, now %s; at %s", (all.variant + " " + r.name()).c_str(), space_of(r).all().size(),
                        text_of(present.of(r).values).c_str(), sizes.c_str());
    }
}

/// Answers of other programs or machines are none.
json tuner::run_description() const {
    std::set<std::string> programs = {all.stores_program};
    for (const row &r : all.rows) programs.insert(r.program);
    std::string bytes;
    for (const std::string &program : programs) {
        std::ifstream file(program, std::ios::binary);
        bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    return {{"variant", all.variant},
            {"cpu", measurement::cpu_name()},
            {"caches", {s.caches.l1, s.caches.l2, s.caches.l3}},
            {"programs", std::to_string(std::hash<std::string>{}(bytes))}};
}

void tuner::expect_quiet() {
    row_laboratory lab(s, rows.front(), all.variant);
    measurement::bystanders bystanders(s.now);
    double noise = lab.noise_of(present.of(rows.front()).values), others = bystanders.cpus();
    char text[160];
    std::snprintf(text, sizeof text, "one kernel differs from itself by %.1f %%, other processes use %.2f CPUs", 100 * noise, others);
    say(std::string(": ") + text);
    if (asked.force || (noise <= most_noise && others <= most_others)) return;
    throw std::runtime_error(std::string(text) + ", expected at most 3 % and 0.2: nothing is written; --force writes all the same");
}

void tuner::tune(const row &r) {
    const candidate before = present.of(r).values;
    json question = {{"what", "choice"}, {"row", r.name()}, {"incumbent", before}};
    auto known = log->answer_to(question);
    auto decision = known ? schedule_from(*known, space_of(r)) : std::nullopt;
    if (!decision) {
        row_laboratory lab(s, r, all.variant);
        found f = search(space_of(r), before, remembering(lab.as_laboratory(), *log, r.name()));
        decision = {f.chosen, measurement::cpu_name() + ", " + measurement::today() + ": " + evidence_for(f)};
        log->add(question, json_of(*decision));
    }
    const row_schedule &after = *decision;
    decided++;
    changed += after.values != before;
    present.set(r, after);
    say(" " + r.name() + ": " + text_of(after.values) + (after.values == before ? ", as before" : ", was " + text_of(before)));
    if (!has_baselines(r)) return;
    for (const std::string &line : measure_baselines(s, *log, all, r, after.values)) say(" " + line);
}

void tuner::run() {
    log.emplace(asked.state + "/" + all.variant + ".jsonl", run_description(), asked.resume);
    expect_quiet();
    try {
        for (const row &r : rows) tune(r);
    } catch (const budget_used_up &e) {
        say(std::string(": ") + e.what() + " after " + std::to_string(decided) + " of " + std::to_string(rows.size()) +
            " kernels; --resume goes on");
    }
    if (decided == 0) return;
    expect_quiet();
    cli::replacement file(schedule_file);
    cli::write(file, present.text(measurement::cpu_name() + ", one thread, by ./run autotune: see docs/autotuning.md"));
    cli::commit({&file});
    say(": " + std::to_string(changed) + " of " + std::to_string(decided) + " kernels changed, " + schedule_file + " is written");
}

}  // namespace slopewise::autotune
