// Schedule files of any bytes: refused with the file's name, or read so that every row has values that its generator takes, and
// written, with a row changed, so that what is read again is the same.
#include "autotune/schedules.h"

#include "autotune/some_rows.h"
#include "memory_file.h"

using namespace slopewise::autotune;
using slopewise::test::expect;

namespace {

void check_values(const schedule &s, const std::vector<row> &rows) {
    for (const row &r : rows) {
        space space = space_of(r);
        const candidate &values = s.of(r).values;
        for (const auto &p : space.parameters())
            expect(slopewise::generators::illegal_value(p, values.at(p.name)).empty(),
                   r.name() + ": a value that its generator does not take");
        expect(values.size() == space.parameters().size() && space.keeps_rules(values), r.name() + ": values that do not go together");
    }
}

void check_same(const schedule &s, const schedule &again, const std::vector<row> &rows) {
    for (const row &r : rows) {
        expect(s.of(r).values == again.of(r).values, r.name() + ": other values are read than were written");
        expect(s.of(r).why == again.of(r).why, r.name() + ": another reason is read than was written");
    }
}

}  // namespace

/// The input's size says which row changes, and how.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const variant_rows all = slopewise::autotune::test::some_rows();
    static slopewise::test::memory_file file;
    file.set(std::string(bytes, bytes + size));
    std::optional<schedule> s;
    try {
        s.emplace(all, file.path());
    } catch (const std::runtime_error &e) {
        expect(std::string(e.what()).find(file.path() + ": ") == 0, "a message that names no file");
        return 0;
    }
    check_values(*s, all.rows);
    const row &changes = all.rows[size % all.rows.size()];
    std::vector<candidate> candidates = space_of(changes).all();
    s->set(changes, {candidates[size % candidates.size()], "measured"});
    file.set(s->text("here"));
    check_same(*s, schedule(all, file.path()), all.rows);
    return 0;
}
