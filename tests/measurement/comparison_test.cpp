#include "measurement/comparison.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "fake_machine.h"
#include "measurement/statistics.h"

using namespace slopewise::measurement;
using test::fake_machine;

namespace {

/// Writes down who ran, and for how many calls.
struct diary {
    std::vector<std::pair<std::string, int64_t>> entries;

    contender watched(contender c) {
        auto run = c.run;
        c.run = [this, run, name = c.name](int64_t repetitions) {
            entries.emplace_back(name, repetitions);
            run(repetitions);
        };
        return c;
    }
};

settings quiet(int rounds) {
    settings how;
    how.rounds = rounds;
    how.warm_calls = 0;
    return how;
}

std::vector<series> compare(fake_machine &m, const settings &how, double a = 100, double b = 130) {
    return measure({m.costing("a", a), m.costing("b", b)}, how, m.reading());
}

TEST(comparison, finds_costs_and_ratio_on_a_quiet_machine) {
    fake_machine m;
    auto results = compare(m, quiet(9));
    EXPECT_EQ(results[0].rounds.size(), 9u);
    EXPECT_DOUBLE_EQ(median(results[0].rounds), 100);
    EXPECT_DOUBLE_EQ(median(results[1].rounds), 130);
    estimate r = ratio(results[1], results[0]);
    EXPECT_NEAR(r.value, 1.3, 1e-9);
    EXPECT_NEAR(r.within.high - r.within.low, 0, 1e-9);
}

TEST(comparison, a_slice_has_room_for_as_many_calls_as_were_calibrated) {
    fake_machine m;
    settings how = quiet(1);
    how.slice = 1e6;
    for (double cost : {0.5, 7.0, 990.0, 333e3}) {
        auto results = measure({m.costing("a", cost)}, how, m.reading());
        EXPECT_NEAR(double(results[0].repetitions) * cost, how.slice, std::max(how.slice / 100, cost)) << cost;
    }
}

TEST(comparison, a_call_longer_than_a_slice_runs_once) {
    fake_machine m;
    EXPECT_EQ(measure({m.costing("slow", 1e9)}, quiet(3), m.reading())[0].repetitions, 1);
}

TEST(comparison, a_call_that_takes_no_time_ends_calibration) {
    fake_machine m;
    EXPECT_EQ(measure({m.costing("free", 0)}, quiet(1), m.reading())[0].repetitions, quiet(1).most_repetitions);
}

TEST(comparison, repetitions_may_be_limited) {
    fake_machine m;
    settings how = quiet(1);
    how.most_repetitions = 50;
    EXPECT_EQ(measure({m.costing("short", 10)}, how, m.reading())[0].repetitions, 50);
}

TEST(comparison, every_round_runs_each_once_in_orders_that_differ) {
    fake_machine m;
    diary d;
    std::vector<contender> contenders;
    for (const char *name : {"a", "b", "c", "d", "e"}) contenders.push_back(d.watched(m.costing(name, 1000)));
    comparison c(contenders, quiet(1), m.reading());
    std::set<std::string> orders;
    for (int round = 0; round < 20; round++) {
        d.entries.clear();
        c.run_round();
        std::string order;
        for (auto &[name, repetitions] : d.entries) order += name;
        orders.insert(order);
        std::sort(order.begin(), order.end());
        EXPECT_EQ(order, "abcde");
    }
    EXPECT_GT(orders.size(), 15u);
}

TEST(comparison, the_seed_decides_the_order) {
    auto order_of = [](uint64_t seed) {
        fake_machine m;
        diary d;
        settings how = quiet(10);
        how.seed = seed;
        measure({d.watched(m.costing("a", 1e6)), d.watched(m.costing("b", 1e6)), d.watched(m.costing("c", 1e6))}, how, m.reading());
        return d.entries;
    };
    EXPECT_EQ(order_of(3), order_of(3));
    EXPECT_NE(order_of(3), order_of(4));
}

TEST(comparison, drift_falls_out_of_paired_ratios) {
    fake_machine m;
    m.speed = [](double t) { return 1 + t / 100e6; };  // half as slow again by the end
    auto results = compare(m, quiet(81));
    EXPECT_GT(results[0].rounds.back(), 1.5 * results[0].rounds.front());
    EXPECT_NEAR(ratio(results[1], results[0]).value, 1.3, 0.02);
}

TEST(comparison, outliers_move_neither_median_nor_ratio) {
    fake_machine m;
    m.spread = 0.01;
    m.outlier_chance = 0.15;
    m.outlier_factor = 8;
    auto results = compare(m, quiet(41));
    EXPECT_GT(quantile(results[0].rounds, 1), 500);
    EXPECT_NEAR(median(results[0].rounds), 100, 2);
    EXPECT_NEAR(ratio(results[1], results[0]).value, 1.3, 0.03);
}

TEST(comparison, a_repeated_contender_shows_the_noise) {
    auto noise_at = [](double spread) {
        fake_machine m;
        m.spread = spread;
        auto results = measure(with_repeat({m.costing("a", 100), m.costing("b", 130)}, 0, "a again"), quiet(25), m.reading());
        EXPECT_EQ(results.back().name, "a again");
        return noise(results.front(), results.back());
    };
    EXPECT_NEAR(noise_at(0), 0, 1e-9);
    EXPECT_LT(noise_at(0.002), 0.005);
    EXPECT_GT(noise_at(0.1), 0.02);
    EXPECT_LT(noise_at(0.1), 0.2);
}

TEST(comparison, stretches_begin_at_different_depths_of_the_stack) {
    fake_machine m;
    std::set<uintptr_t> places;
    contender c = {"c", [&](int64_t repetitions) {
                       char here;
                       asm volatile("" ::"r"(&here) : "memory");
                       places.insert(reinterpret_cast<uintptr_t>(&here) % 4096 / 64);
                       m.work(1e6, repetitions);
                   }};
    measure({c}, quiet(100), m.reading());
    EXPECT_GT(places.size(), 30u);
}

TEST(comparison, a_dropped_contender_runs_no_more_and_is_compared_over_what_it_ran) {
    fake_machine m;
    comparison c({m.costing("a", 100), m.costing("b", 130), m.costing("c", 50)}, quiet(1), m.reading());
    for (int round = 0; round < 8; round++) {
        if (round == 3) c.drop(1);
        c.run_round();
    }
    EXPECT_EQ(c.results()[0].rounds.size(), 8u);
    EXPECT_EQ(c.results()[1].rounds.size(), 3u);
    EXPECT_EQ(paired_ratios(c.results()[1], c.results()[0]).size(), 3u);
    EXPECT_NEAR(ratio(c.results()[1], c.results()[0]).value, 1.3, 1e-9);
}

TEST(comparison, calls_are_timed_one_by_one_after_their_preparation) {
    fake_machine m;
    int64_t call = 0;
    contender late = {"late", [&](int64_t repetitions) {
                          for (; repetitions > 0; repetitions--) m.time += ++call % 50 == 0 ? 9000 : 100;
                      }};
    late.prepare = [&] { m.time += 777; };
    settings how = quiet(20);
    how.time = timing::calls;
    how.slice = 100e3;
    series s = measure({late}, how, m.reading())[0];
    EXPECT_EQ(s.calls.size(), 20 * size_t(s.repetitions));
    EXPECT_DOUBLE_EQ(median(s.rounds), 100);
    EXPECT_NEAR(quantile(s.calls, 0.97), 100, 1e-6);  // the preparation is in none
    EXPECT_NEAR(quantile(s.calls, 0.99), 9000, 1e-6);
}

TEST(comparison, warm_calls_are_not_timed) {
    fake_machine m;
    bool cold = false;
    contender c = {"c", [&](int64_t repetitions) {
                       m.time += double(repetitions) * 1e6 + (cold ? 5e6 : 0);
                       cold = false;
                   }};
    c.prepare = [&] { cold = true; };
    settings how = quiet(5);
    EXPECT_DOUBLE_EQ(median(measure({c}, how, m.reading())[0].rounds), 6e6);
    how.warm_calls = 1;
    EXPECT_DOUBLE_EQ(median(measure({c}, how, m.reading())[0].rounds), 1e6);
}

TEST(comparison, repeating_makes_as_many_calls_as_asked) {
    int calls = 0;
    repeating([&] { calls++; })(17);
    EXPECT_EQ(calls, 17);
}

TEST(steady_clock, moves_forward_in_nanoseconds) {
    nanosecond_clock now = steady_clock();
    double start = now();
    for (double until = start + 2e6; now() < until;) {
    }
    EXPECT_GE(now() - start, 2e6);
    EXPECT_LT(now() - start, 10e9);
}

}  // namespace
