#include "autotune/baselines.h"

#include "autotune/records.h"
#include "autotune/verification.h"

namespace slopewise::autotune {
namespace {

using nlohmann::json;

struct baseline {
    std::string scheduler;
    emitted kernel;
    std::string verdict;
};

std::vector<baseline> find_schedules(const session &s, const variant_rows &all, const row &r) {
    row plain = r;
    plain.program = all.plain_program;
    plain.generator = "plain_" + r.kernel;
    plain.fixed.clear();
    std::vector<baseline> found;
    for (const auto &[scheduler, plugin] : all.autoschedulers) {
        s.stop();
        emitted e = emit_scheduled(s.shop, plain, scheduler, plugin);
        std::string wrong = e.kernel ? verify(shape_of(r), e.kernel->function()) : e.refusal;
        found.push_back({scheduler, e, wrong.empty() ? "right" : (e.kernel ? "wrong: " : "refused: ") + wrong});
    }
    return found;
}

/// Those that are right at this length, out of place.
std::vector<baseline> right_at(session &s, const call_shape &shape, int64_t n, kernel_function chosen, const std::vector<baseline> &all) {
    std::vector<baseline> right;
    auto expected = s.memory.bytes_of_call(shape, chosen, n);
    for (const baseline &b : all) {
        if (b.kernel.kernel && verify_call(s.memory, shape, b.kernel.kernel->function(), n, expected).empty()) right.push_back(b);
    }
    return right;
}

/// The chosen candidate first, as the incumbent.
json raced_beside(session &s, row_laboratory &lab, const size_class &size, kernel_function chosen, const std::vector<baseline> &found) {
    int64_t n = elements_in(size, lab.shape);
    field f = {{lab.calls(size, "chosen", chosen)}, 0, {}};
    for (const baseline &b : right_at(s, lab.shape, n, chosen, found))
        f.candidates.push_back(lab.calls(size, b.scheduler, b.kernel.kernel->function()));
    race_result result = race(f, rules_for(size), s.now, s.stop);
    result.elements = n;
    result.bytes = n * lab.shape.bytes_an_element();
    return json_of(result);
}

}  // namespace

bool has_baselines(const row &r) { return r.name() == "relu_f32" || r.name() == "rrelu_f32"; }

std::vector<std::string> measure_baselines(session &s, journal &log, const variant_rows &all, const row &r, const candidate &chosen) {
    json question = {{"what", "baselines"}, {"row", r.name()}, {"chosen", chosen}};
    if (log.answer_to(question)) return {};
    std::vector<baseline> found = find_schedules(s, all, r);
    json answer = {{"verdicts", json::object()}, {"sizes", json::array()}};
    std::vector<std::string> lines;
    for (const baseline &b : found) {
        answer["verdicts"][b.scheduler] = b.verdict;
        lines.push_back(r.name() + " by " + b.scheduler + ": " + b.verdict);
    }
    row_laboratory lab(s, r, all.variant);
    lab.load({chosen});
    for (const size_class &size : lab.sizes) {
        if (!size.is_small())
            answer["sizes"].push_back({{"size", size.name}, {"race", raced_beside(s, lab, size, lab.function_of(chosen), found)}});
    }
    log.add(question, answer);
    return lines;
}

}  // namespace slopewise::autotune
