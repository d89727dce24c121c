#include "autotune/tuner.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "autotune/baselines.h"
#include "autotune/evidence.h"
#include "autotune/records.h"
#include "autotune/stop.h"
#include "dispatch/dispatch.h"
#include "measurement/machine.h"

namespace slopewise::autotune {
namespace {

using nlohmann::json;

constexpr double most_noise = 0.03, most_others = 0.2;

const variant_rows &expect_usable(const variant_rows &all) {
    for (int v = 0; v < variant_count; v++) {
        if (all.variant != variants[v].name || this_machine().usable[v]) continue;
        throw std::runtime_error("the variant " + all.variant + " cannot run here: " + this_machine().reason[v]);
    }
    return all;
}

/// Whether a call on this machine ever fetches output lines ahead.
bool machine_prefetches() {
    tuning t = default_tuning(0);
    return std::any_of(std::begin(t.of), std::end(t.of), [](const thresholds &p) { return p.prefetch_from != never; });
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

uint64_t hash_of(const std::string &path, uint64_t hash) {
    std::ifstream file(path, std::ios::binary);
    for (std::istreambuf_iterator<char> c(file), end; c != end; ++c) hash = (hash ^ uint8_t(*c)) * 0x100000001b3;
    return hash;
}

/// Candidates that the first turn of a search looks at.
double work_for(const row &r, const candidate &from) {
    space s = space_of(r);
    size_t count = 0;
    for (const group &g : s.groups) count += s.around(from, g).size();
    return double(count);
}

}  // namespace

tuner::tuner(const assignment &a, session &s)
    : asked(a),
      s(s),
      all(expect_usable(load_rows(a.rows_file))),
      rows(rows_of(all, a.kernels)),
      present(all, a.schedule_file.empty() ? all.schedule : a.schedule_file) {
    s.shop.stores_program = all.stores_program;
}

void tuner::list() const {
    for (const row &r : rows) {
        space s = space_of(r);
        std::string sizes;
        for (const size_class &c : classes_of(shape_of(r), this->s.caches)) sizes += (sizes.empty() ? "" : ", ") + c.name;
        std::printf("%-28s %4zu candidates, now %s; at %s\n", (all.variant + " " + r.name()).c_str(), s.all().size(),
                    text_of(present.of(r).values).c_str(), sizes.c_str());
    }
}

/// Answers of other programs or machines are none.
json tuner::run_description() const {
    uint64_t hash = hash_of(all.stores_program, 0xcbf29ce484222325);
    std::string last;
    for (const row &r : all.rows) {
        if (r.program != last) hash = hash_of(r.program, hash);
        last = r.program;
    }
    return {{"variant", all.variant},
            {"cpu", measurement::cpu_name()},
            {"caches", {s.caches.l1, s.caches.l2, s.caches.l3}},
            {"programs", std::to_string(hash)}};
}

void tuner::expect_quiet() {
    row_laboratory lab(s, rows.front(), all.variant);
    measurement::bystanders bystanders(s.now);
    double noise = lab.noise_of(present.of(rows.front()).values), others = bystanders.cpus();
    char text[160];
    std::snprintf(text, sizeof text, "one kernel differs from itself by %.1f %%, other processes use %.2f CPUs", 100 * noise, others);
    std::printf("%s: %s\n", all.variant.c_str(), text);
    if (asked.force || (noise <= most_noise && others <= most_others)) return;
    throw std::runtime_error(std::string(text) + ", expected at most 3 % and 0.2: nothing is written; --force writes all the same");
}

void tuner::tune(const row &r) {
    const row_schedule &before = present.of(r);
    json question = {{"what", "choice"}, {"row", r.name()}, {"incumbent", before.values}};
    if (!log->answer_to(question)) {
        row_laboratory lab(s, r, all.variant);
        found f = search(space_of(r), before.values, remembering(lab.as_laboratory(), *log, r.name()));
        std::string why = measurement::cpu_name() + ", " + measurement::today() + ": " + evidence_for(f);
        log->add(question, {{"chosen", f.chosen}, {"why", why}});
    }
    json answer = *log->answer_to(question);
    row_schedule after = {answer.at("chosen").get<candidate>(), answer.at("why").get<std::string>()};
    decided++;
    changed += after.values != before.values;
    std::string was = after.values == before.values ? ", as before" : ", was " + text_of(before.values);
    shown->finished(work_for(r, before.values), all.variant + " " + r.name() + ": " + text_of(after.values) + was);
    present.set(r, after);
    if (has_baselines(r)) {
        for (const std::string &line : measure_baselines(s, *log, all, r, after.values))
            std::printf("%s %s\n", all.variant.c_str(), line.c_str());
    }
}

void tuner::write() {
    expect_quiet();
    const std::string &path = asked.schedule_file.empty() ? all.schedule : asked.schedule_file;
    replace_file(path, present.text(measurement::cpu_name() + ", one thread, by ./run autotune: see docs/autotuning.md"));
    std::printf("%s: %d of %d kernels changed, %s is written\n", all.variant.c_str(), changed, decided, path.c_str());
}

bool tuner::run() {
    begun = s.now();
    log = std::make_unique<journal>(asked.journal, run_description(), asked.resume);
    if (log->unreadable_lines())
        std::printf("%s: %d lines are no records and are left out\n", asked.journal.c_str(), log->unreadable_lines());
    double work = 0;
    for (const row &r : rows) work += work_for(r, present.of(r).values);
    shown = std::make_unique<progress>(work, isatty(STDERR_FILENO));
    s.watch = [this](const row &r, const std::string &size, const std::string &leader) {
        shown->now_at(all.variant + " " + r.name() + ", " + size + ": " + leader, (s.now() - begun) * 1e-9);
    };
    expect_quiet();
    try {
        for (const row &r : rows) tune(r);
    } catch (const budget_used_up &) {
        std::printf("%s: the budget is used up after %d of %zu kernels; --resume goes on\n", all.variant.c_str(), decided, rows.size());
    }
    if (decided > 0) write();
    return size_t(decided) == rows.size();
}

}  // namespace slopewise::autotune
