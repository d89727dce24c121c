// What machines that were measured say of others, each at sizes that its caches scale.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "../../bench/left_out.h"
#include "choices.h"
#include "dispatch/machines.h"

namespace slopewise::test {
namespace {

/// Machines that are made up: on each, copies of 1 Mi elements and larger have one best choice.
struct made_up {
    std::vector<measured_row> rows;
    measured_machine machine;

    made_up(const char *name, int model, const cache_sizes &caches, const std::vector<std::array<uint16_t, 6>> &by_size)
        : machine{name, "Maker", 7, model, caches, 2, nullptr, 0} {
        for (int at = 0; at < size_count; at++) {
            const auto &r = by_size[std::min(size_t(at), by_size.size() - 1)];
            rows.push_back(row_of(at, r, {r[1], r[3], r[5]}));
        }
        machine.rows = rows.data();
        machine.row_count = int(rows.size());
    }
};

machine_choices table_of(const std::vector<measured_machine> &all, int model, const cache_sizes &caches = usual_caches, int threads = 2) {
    machine_choices c = {};
    choose_table({all.data(), int(all.size())}, {"Maker", 7, model, 0}, caches, threads, c);
    return c;
}

TEST(Machines, OwnRowBeforeOthers) {
    made_up a("a", 1, usual_caches, {{1000, 400, 0, 0, 0, 0}}), b("b", 2, usual_caches, {{1000, 2000, 500, 600, 0, 0}});
    machine_choices own = table_of({a.machine, b.machine}, 2);
    EXPECT_STREQ(own.source, "measured on this CPU model: machines/b");
    EXPECT_EQ(own.from, origin::own_row);
    EXPECT_EQ(chosen(own.of[0][12]), streaming_one);
    EXPECT_STREQ(table_of({a.machine, b.machine}, 2, usual_caches, 4).source, "nearest: worst loss over 2 machines") << "other threads";
    const cache_sizes half = {usual_caches.l1, usual_caches.l2, usual_caches.l3 / 2};
    EXPECT_STREQ(table_of({a.machine, b.machine}, 2, half).source, "nearest: worst loss over 2 machines") << "another L3";
    EXPECT_STREQ(table_of({a.machine}, 2).source, "nearest: worst loss over 1 machine");
    EXPECT_STREQ(table_of({}, 2).source, "built-in");
    EXPECT_EQ(table_of({}, 2).from, origin::built_in);
    EXPECT_EQ(table_of({a.machine}, 2).from, origin::nearest);
    EXPECT_EQ(chosen(own.of[int(pattern::gradient)][16]), streaming_all) << "a pattern that it lacks";
}

TEST(Machines, TheLeastWorstLoss) {
    // One wins much with streaming and one loses much; prefetching loses little on either.
    made_up a("a", 1, usual_caches, {{1000, 0, 500, 0, 550, 0}}), b("b", 2, usual_caches, {{1000, 0, 1500, 0, 1100, 0}});
    EXPECT_EQ(chosen(table_of({a.machine, b.machine}, 3).of[0][12]), prefetch_one);
    EXPECT_EQ(chosen(table_of({a.machine}, 3).of[0][12]), streaming_one);
    made_up c("c", 4, usual_caches, {{1000, 0, 500, 0, 0, 0}});
    EXPECT_EQ(chosen(table_of({a.machine, b.machine, c.machine}, 3).of[0][12]), streaming_one) << "not measured by all: not taken";
}

TEST(Machines, SizesScaleWithTheCaches) {
    std::vector<std::array<uint16_t, 6>> from_8_mebi(14, {1000, 0, 1500, 0, 0, 0});  // 64 MiB of in and out, 32 MiB of L3
    from_8_mebi[13] = {1000, 0, 500, 0, 0, 0};
    made_up large("large", 1, usual_caches, from_8_mebi);
    for (int64_t l3 : {int64_t{32} << 20, int64_t{8} << 20, int64_t{16} << 20}) {
        machine_choices c = table_of({large.machine}, 3, {32 << 10, 512 << 10, l3});
        for (int at = 8; at < size_count; at++)
            EXPECT_EQ(chosen(c.of[0][at]), size_at(at) * 8 >= 2 * l3 ? streaming_one : plain_one) << l3 << " " << size_at(at);
    }
}

/// Where copies of size_at(at) elements lie on a machine of the usual caches, in powers of two.
int place_on_the_usual(int at, const cache_sizes &here) {
    auto bits = [](int64_t n) { return std::log2(double(n)); };
    double bytes = bits(8 * size_at(at)), inner = bits(here.l2), last = bits(here.l3), moved = bytes;
    double inner_there = bits(usual_caches.l2), last_there = bits(usual_caches.l3);
    if (bytes > last) moved = bytes - last + last_there;
    if (bytes > inner && bytes <= last) moved = inner_there + (bytes - inner) * (last_there - inner_there) / (last - inner);
    return std::clamp(int(std::floor(moved - bits(8 * size_at(0)) + 0.5)), 0, size_count - 1);
}

TEST(Machines, SizesBetweenTheCachesScaleToo) {
    for (int first = 4; first < 14; first++) {
        std::vector<std::array<uint16_t, 6>> shared(size_t(first) + 1, {1000, 1500, 0, 0, 0, 0});
        shared.back() = {1000, 500, 0, 0, 0, 0};
        made_up usual("usual", 1, usual_caches, shared);
        for (int64_t l2 : {256 << 10, 512 << 10, 1 << 20, 4 << 20}) {
            for (int64_t l3 : {8 << 20, 16 << 20, 32 << 20}) {
                const cache_sizes here = {32 << 10, l2, l3};
                machine_choices c = table_of({usual.machine}, 3, here);
                for (int at = 0; at < size_count; at++)
                    EXPECT_EQ(chosen(c.of[0][at]), place_on_the_usual(at, here) >= first ? plain_all : plain_one)
                        << l2 << " " << l3 << " " << at;
            }
        }
    }
}

TEST(Machines, SmallSizesStayWhereCachesAreNotKnown) {
    std::vector<std::array<uint16_t, 6>> shared_from_64_kibi(7, {1000, 1500, 0, 0, 0, 0});
    shared_from_64_kibi[6] = {1000, 500, 0, 0, 0, 0};
    made_up known("known", 1, usual_caches, shared_from_64_kibi);
    for (const cache_sizes &unknown : {cache_sizes{0, 0, 0}, cache_sizes{32 << 10, 0, 0}, cache_sizes{0, 48 << 10, 0}}) {
        machine_choices c = table_of({known.machine}, 3, unknown);
        for (int at = 0; at < 6; at++) EXPECT_EQ(chosen(c.of[0][at]), plain_one) << unknown.l2 << " " << size_at(at);
    }
}

TEST(CrossValidation, EachMachineByWhatTheOthersSay) {
    constexpr size_t first = 12;
    std::vector<std::array<uint16_t, 6>> streams(first + 1, {1000, 0, 0, 0, 0, 0}), stays = streams;
    streams[first] = {1000, 0, 500, 0, 0, 0};
    stays[first] = {1000, 0, 1500, 0, 0, 0};
    made_up a("a", 1, usual_caches, streams), b("b", 2, usual_caches, streams), c("c", 3, usual_caches, stays);
    const measured_machine all[] = {a.machine, b.machine, c.machine};
    EXPECT_TRUE(bench::cross_validate({all, 2}).empty()) << "two say too little of each other";
    EXPECT_EQ(bench::in_words({}, 2), "not run (2 measured, 3 needed)");
    std::vector<bench::left_out> results = bench::cross_validate({all, 3});
    ASSERT_EQ(results.size(), 3u);
    // a by b and c: streaming loses 1.5 at worst, plain stores 2. So a and b lose nothing, and c by a and b streams.
    const double expected[] = {1, 1, 1.5};
    for (size_t m = 0; m < 3; m++) EXPECT_DOUBLE_EQ(results[m].worst, expected[m]) << results[m].machine;
    EXPECT_STREQ(results[2].machine, "c");
    EXPECT_EQ(results[2].elements, size_at(first));
}

TEST(Machines, ThoseOfThisBuildAreWhole) {
    for (int m = 0; m < measured_machine_count; m++) {
        const measured_machine &one = measured_machines[m];
        EXPECT_GT(one.row_count, 0) << one.name;
        EXPECT_GT(one.caches.l2, 0) << one.name;
        machine_choices c = {};
        cpu_model cpu = {"", one.family, one.model, 0};
        std::snprintf(cpu.vendor, sizeof cpu.vendor, "%s", one.vendor);
        choose_table({measured_machines, measured_machine_count}, cpu, one.caches, one.threads, c);
        EXPECT_EQ(std::string(c.source), std::string("measured on this CPU model: machines/") + one.name);
    }
}

}  // namespace
}  // namespace slopewise::test
