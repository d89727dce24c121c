// A laboratory whose kernels are a cost model, on a machine whose clock moves only when one runs.
#pragma once

#include <functional>
#include <limits>
#include <set>

#include "autotune/search.h"
#include "measurement/fake_machine.h"

namespace slopewise::autotune::test {

using measurement::test::fake_machine;

inline int number(const candidate &c, const std::string &name) { return std::stoi(c.at(name)); }

/// Two sizes.
inline std::vector<size_class> small_and_large() { return {{"small", 8, 0}, {"large", 0, 1 << 20}}; }

struct synthetic {
    fake_machine machine;
    std::function<double(const candidate &, const std::string &size)> cost;
    std::set<candidate> wrong;
    std::vector<size_class> sizes = small_and_large();
    double limit = 0;  ///< nanoseconds of a loop that cannot be beaten; 0: there is none
    std::function<void()> stop = [] {};

    int races = 0, judged = 0;
    size_t rounds = 0;

    laboratory lab() {
        return {sizes, [this](const auto &all) { return judge(all); },
                [this](const size_class &size, const auto &all, size_t incumbent) { return race_at(size, all, incumbent); }};
    }

    static race_rules rules() {
        race_rules r;
        r.least_rounds = 7;
        r.most_rounds = 27;
        r.how.slice = 100e3;
        return r;
    }

private:
    std::vector<std::string> judge(const std::vector<candidate> &all) {
        std::vector<std::string> verdicts;
        for (const candidate &c : all) verdicts.push_back(wrong.count(c) ? "wrong: element 3" : "right");
        judged += int(all.size());
        return verdicts;
    }

    race_result race_at(const size_class &size, const std::vector<candidate> &all, size_t incumbent) {
        field f = {{}, incumbent, {}};
        for (const candidate &c : all) f.candidates.push_back(machine.costing(text_of(c), cost(c, size.name)));
        if (limit > 0) f.limits.push_back(machine.costing("limit", limit));
        race_result result = race(f, rules(), machine.reading(), stop);
        races++;
        rounds += result.candidates[incumbent].rounds.size();
        return result;
    }
};

/// Of rows: vectors 1, 2, 4, 8.
inline space rows_space() { return {{{generators::tunable::vectors}}, false}; }

/// Of training RReLU: tile with step, packing, vectors.
inline space run_space() {
    using namespace generators::tunable;
    return {{{tile, step}, {packing}, {vectors}}, false};
}

inline candidate vectors(int count) { return {{"vectors", std::to_string(count)}}; }

inline candidate tiles(int tile, int step, const std::string &packing, int vectors) {
    return {{"tile", std::to_string(tile)}, {"step", std::to_string(step)}, {"packing", packing}, {"vectors", std::to_string(vectors)}};
}

}  // namespace slopewise::autotune::test
