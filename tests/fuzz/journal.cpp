// Journals of any bytes behind a run's first record: what the tuner takes from them is a schedule of the row's space, and what it
// adds to them is there when they are read again.
#include "autotune/journal.h"

#include <cstring>

#include "autotune/schedules.h"
#include "autotune/some_rows.h"
#include "autotune/synthetic.h"
#include "memory_file.h"

using namespace slopewise::autotune;
using namespace slopewise::autotune::test;
using nlohmann::json;
using slopewise::test::expect;

namespace {

const json this_run = {{"cpu", "Imaginary 9000"}};
const row its_row = row_named("relu", "f32");
const json question = {{"what", "choice"}, {"row", its_row.name()}, {"incumbent", vectors(1)}};

/// At one size, of costs that are as good as any.
synthetic some_laboratory() {
    synthetic s;
    s.sizes = {{"small", 8, 0}};
    s.cost = [](const candidate &c, const std::string &) { return 100.0 - number(c, "vectors"); };
    return s;
}

void tune(const std::string &path) {
    journal log(path, this_run, true);
    space space = space_of(its_row);
    auto known = log.answer_to(question);
    auto decision = known ? schedule_from(*known, space) : std::nullopt;
    if (!decision) {
        synthetic s = some_laboratory();
        found f = search(space, vectors(1), remembering(s.lab(), log, its_row.name()));
        decision = {f.chosen, evidence_for(f)};
        log.add(question, json_of(*decision));
    }
    expect(schedule_from(json_of(*decision), space).has_value(), "a schedule that is none of the row's");
    auto again = journal(path, this_run, true).answer_to(question);
    expect(again && *again == json_of(*decision), "what was found out is not there when it is read again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static slopewise::test::memory_file file;
    file.set(json{{"of", {{"what", "run"}}}, {"is", this_run}}.dump() + "\n" + std::string(bytes, bytes + size));
    try {
        tune(file.path());
    } catch (const std::runtime_error &e) {
        expect(std::strstr(e.what(), "is of another run") || std::strstr(e.what(), "gives no kernel that is right"), e.what());
    }
    return 0;
}
