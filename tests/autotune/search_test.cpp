// The search on cost models: what was planted is found, whatever the machine does meanwhile.
#include "autotune/search.h"

#include <gtest/gtest.h>

#include <cmath>

#include "synthetic.h"

namespace slopewise::autotune::test {
namespace {

/// 100 ns, but for what is given.
std::function<double(const candidate &, const std::string &)> costs(std::map<candidate, double> of) {
    return [of = std::move(of)](const candidate &c, const std::string &) { return of.count(c) ? of.at(c) : 100; };
}

/// Each parameter on its own, and a dip where tile and step meet.
double bowl(const candidate &c, const candidate &best) {
    double cost = 100;
    for (const auto &[name, value] : best) {
        if (name == "packing") {
            cost *= c.at(name) == value ? 1 : 1.2;
        } else {
            cost *= 1 + 0.1 * std::fabs(std::log2(double(number(c, name)) / std::stoi(value)));
        }
    }
    return cost;
}

TEST(search, finds_the_planted_best_of_one_parameter) {
    for (int best : {1, 2, 4, 8}) {
        for (int incumbent : {1, 2, 4, 8}) {
            synthetic s;
            s.cost = costs({{vectors(best), 90}});
            EXPECT_EQ(search(rows_space(), vectors(incumbent), s.lab()).chosen, vectors(best)) << "from " << incumbent;
        }
    }
}

TEST(search, finds_the_planted_best_of_many) {
    space s = run_space();
    for (const candidate &best : {tiles(256, 128, "pairs", 1), tiles(64, 16, "words", 4), tiles(32, 32, "lanes", 8)}) {
        for (const candidate &incumbent : {tiles(16, 16, "lanes", 1), tiles(256, 64, "words", 2)}) {
            synthetic lab;
            lab.cost = [&](const candidate &c, const std::string &) { return bowl(c, best); };
            EXPECT_EQ(search(s, incumbent, lab.lab()).chosen, best) << text_of(best) << " from " << text_of(incumbent);
            EXPECT_LT(lab.judged, int(s.all().size())) << "it looked at more than there is";
        }
    }
}

TEST(search, sees_through_noise_drift_and_outliers) {
    for (uint64_t seed = 1; seed <= 10; seed++) {
        synthetic s;
        s.machine.spread = 0.02 + 0.001 * double(seed);
        s.machine.outlier_chance = 0.1;
        s.machine.outlier_factor = 5;
        s.machine.speed = [](double t) { return 1.3 + 0.3 * std::sin(t / 3e6); };
        s.cost = costs({{vectors(4), 88}, {vectors(8), 150}});
        EXPECT_EQ(search(rows_space(), vectors(1), s.lab()).chosen, vectors(4)) << seed;
    }
}

TEST(search, noise_alone_changes_nothing) {
    int kept = 0;
    for (int percent = 1; percent <= 9; percent++) {
        synthetic s;
        s.machine.spread = 0.005 * percent;
        s.cost = costs({});
        kept += search(rows_space(), vectors(1), s.lab()).chosen == vectors(1);
    }
    EXPECT_EQ(kept, 9);
}

TEST(search, a_tie_goes_to_the_simpler) {
    synthetic s;
    s.cost = costs({{vectors(2), 80}, {vectors(4), 79.8}, {vectors(8), 80}});
    EXPECT_EQ(search(rows_space(), vectors(1), s.lab()).chosen, vectors(2));
    EXPECT_EQ(search(rows_space(), vectors(8), s.lab()).chosen, vectors(2));
}

TEST(search, the_incumbent_stays_where_it_is_as_simple) {
    synthetic s;
    s.cost = costs({});
    candidate incumbent = tiles(16, 16, "lanes", 1);
    EXPECT_EQ(search(run_space(), incumbent, s.lab()).chosen, incumbent);
}

TEST(search, a_wrong_candidate_is_never_measured_however_fast) {
    synthetic s;
    s.wrong = {vectors(8)};
    s.cost = [&](const candidate &c, const std::string &) {
        EXPECT_FALSE(s.wrong.count(c)) << "measured";
        return c == vectors(4) ? 90 : 100;
    };
    EXPECT_EQ(search(rows_space(), vectors(1), s.lab()).chosen, vectors(4));
}

TEST(search, a_wrong_incumbent_is_an_error) {
    synthetic s;
    s.wrong = {vectors(2)};
    s.cost = costs({});
    EXPECT_THROW(search(rows_space(), vectors(2), s.lab()), std::runtime_error);
}

TEST(search, what_is_slower_at_one_size_is_out_at_all) {
    synthetic s;
    s.cost = [](const candidate &c, const std::string &size) {
        if (c == vectors(8)) return size == "small" ? 103.0 : 50.0;
        return c == vectors(2) && size == "large" ? 95.0 : 100.0;
    };
    found f = search(rows_space(), vectors(1), s.lab());
    EXPECT_EQ(f.chosen, vectors(2));
    const trial &first = f.trials.front();
    size_t eight = size_t(std::find(first.candidates.begin(), first.candidates.end(), vectors(8)) - first.candidates.begin());
    EXPECT_TRUE(first.sizes[0].to_incumbent[eight]);
    EXPECT_FALSE(first.sizes[1].to_incumbent[eight]) << "it was measured at the next size, too";
}

TEST(search, the_worst_size_decides) {
    synthetic s;
    s.cost = [](const candidate &c, const std::string &size) {
        if (c == vectors(2)) return size == "small" ? 70.0 : 95.0;  // worst: 95 against 80
        if (c == vectors(4)) return size == "small" ? 78.0 : 80.0;  // worst: 78 against 70
        return 100.0;
    };
    EXPECT_EQ(search(rows_space(), vectors(1), s.lab()).chosen, vectors(4));
}

TEST(search, what_wins_must_win_again) {
    synthetic s;
    int looks = 0;
    s.cost = [&](const candidate &c, const std::string &) { return c == vectors(4) && ++looks <= 2 ? 90.0 : 100.0; };
    found f = search(rows_space(), vectors(1), s.lab());
    EXPECT_EQ(f.chosen, vectors(1));
    EXPECT_EQ(f.trials.size(), 2u);
}

TEST(search, near_the_limit_it_stops_early) {
    synthetic far, near;
    far.cost = near.cost = costs({{vectors(2), 99.9}, {vectors(4), 100.1}, {vectors(8), 100.2}});
    far.limit = 90;
    near.limit = 98;
    (void)search(rows_space(), vectors(1), far.lab());
    (void)search(rows_space(), vectors(1), near.lab());
    EXPECT_EQ(near.rounds, size_t(near.races * synthetic::rules().least_rounds));
    EXPECT_GT(far.rounds, near.rounds);
}

TEST(search, the_same_seed_gives_the_same_search) {
    auto run = [] {
        synthetic s;
        s.machine.spread = 0.05;
        s.cost = costs({{vectors(2), 97}, {vectors(4), 98}});
        found f = search(rows_space(), vectors(1), s.lab());
        return std::make_tuple(f.chosen, s.machine.time, s.rounds);
    };
    EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace slopewise::autotune::test
