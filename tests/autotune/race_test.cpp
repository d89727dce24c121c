#include "autotune/race.h"

#include <gtest/gtest.h>

#include "synthetic.h"

namespace slopewise::autotune::test {
namespace {

field field_of(fake_machine &m, const std::vector<double> &costs, size_t incumbent) {
    field f = {{}, incumbent, {}};
    for (double cost : costs) f.candidates.push_back(m.costing(std::to_string(cost), cost));
    return f;
}

race_result run(fake_machine &m, const field &f, const race_rules &rules = synthetic::rules()) {
    return race(f, rules, m.reading(), [] {});
}

TEST(race, tells_times_relative_to_the_incumbent) {
    fake_machine m;
    race_result r = run(m, field_of(m, {50, 100, 130}, 1));
    EXPECT_NEAR(r.to_incumbent(0).value, 0.5, 1e-4);
    EXPECT_EQ(r.to_incumbent(1).value, 1);
    EXPECT_NEAR(r.to_incumbent(2).value, 1.3, 1e-4);
    EXPECT_EQ(r.leader(), 0u);
    EXPECT_NEAR(r.noise(), 0, 1e-4);
    EXPECT_FALSE(r.to_limit());
}

TEST(race, who_is_behind_leaves_at_the_first_look_and_the_incumbent_stays) {
    fake_machine m;
    m.spread = 0.01;
    race_result r = run(m, field_of(m, {200, 100, 130, 99.9}, 1));
    EXPECT_EQ(r.candidates[0].rounds.size(), size_t(synthetic::rules().least_rounds));
    EXPECT_EQ(r.candidates[2].rounds.size(), size_t(synthetic::rules().least_rounds));
    EXPECT_EQ(r.candidates[3].rounds.size(), size_t(synthetic::rules().most_rounds));
    EXPECT_EQ(r.candidates[1].rounds.size(), size_t(synthetic::rules().most_rounds));
    EXPECT_EQ(r.again.rounds.size(), size_t(synthetic::rules().most_rounds));
}

TEST(race, a_leader_alone_ends_it) {
    fake_machine m;
    race_result r = run(m, field_of(m, {130, 100, 150}, 1));
    EXPECT_EQ(r.candidates[1].rounds.size(), size_t(synthetic::rules().least_rounds));
}

TEST(race, a_leader_near_the_fastest_limit_ends_it) {
    fake_machine m;
    field f = field_of(m, {100, 99.9}, 0);
    f.limits = {m.costing("slow copy", 300), m.costing("copy", 98)};
    race_result r = run(m, f);
    EXPECT_EQ(r.candidates[0].rounds.size(), size_t(synthetic::rules().least_rounds));
    EXPECT_NEAR(r.to_limit()->value, 99.9 / 98, 1e-4);
    f.limits = {m.costing("copy", 90)};
    EXPECT_EQ(run(m, f).candidates[0].rounds.size(), size_t(synthetic::rules().most_rounds));
}

TEST(race, the_budget_ends_it_after_the_least_rounds) {
    fake_machine m;
    race_rules rules = synthetic::rules();
    rules.budget = 0;
    EXPECT_EQ(run(m, field_of(m, {100, 100}, 0), rules).candidates[0].rounds.size(), size_t(rules.least_rounds));
}

TEST(race, is_stopped_between_rounds) {
    fake_machine m;
    int rounds = 0;
    auto stop = [&] {
        if (++rounds == 4) throw std::runtime_error("stop");
    };
    EXPECT_THROW(race(field_of(m, {100, 100}, 0), synthetic::rules(), m.reading(), stop), std::runtime_error);
}

TEST(race, a_noisy_tie_is_not_broken) {
    int broken = 0;
    for (int trial = 0; trial < 40; trial++) {
        fake_machine m;
        m.spread = 0.03 + 0.001 * trial;
        race_result r = run(m, field_of(m, {100, 100, 100, 100}, 0));
        for (size_t i = 1; i < 4; i++) broken += !r.to_incumbent(i).within.contains(1);
    }
    EXPECT_LT(broken, 6) << "of 120 at a confidence of 0.99, looked at several times";
}

}  // namespace
}  // namespace slopewise::autotune::test
