// What was found out survives: being stopped anywhere, and files that are cut off or worse.
#include "autotune/journal.h"

#include <gtest/gtest.h>

#include <random>

#include "autotune/tuner.h"
#include "scratch.h"
#include "synthetic.h"

namespace slopewise::autotune::test {
namespace {

using nlohmann::json;

const json this_run = {{"cpu", "Imaginary 9000"}};

TEST(journal, answers_what_it_was_told) {
    scratch s;
    journal j(s.path("log"), this_run, false);
    j.add({{"what", "a"}}, 3);
    EXPECT_EQ(j.answer_to({{"what", "a"}}), json(3));
    EXPECT_FALSE(j.answer_to({{"what", "b"}}));
    journal again(s.path("log"), this_run, true);
    EXPECT_EQ(again.answer_to({{"what", "a"}}), json(3));
}

TEST(journal, without_resume_it_begins_anew) {
    scratch s;
    journal(s.path("log"), this_run, false).add("a", 3);
    EXPECT_FALSE(journal(s.path("log"), this_run, false).answer_to("a"));
}

TEST(journal, resuming_nothing_begins) {
    scratch s;
    journal(s.path("log"), this_run, true).add("a", 3);
    EXPECT_EQ(journal(s.path("log"), this_run, true).answer_to("a"), json(3));
}

TEST(journal, of_another_run_is_refused_and_kept) {
    scratch s;
    journal(s.path("log"), {{"cpu", "Other" + std::string(100'000, 'x')}}, false).add("a", 3);
    std::string before = text_in(s.path("log"));
    try {
        journal(s.path("log"), this_run, true);
        FAIL() << "it was taken";
    } catch (const std::runtime_error &e) {
        EXPECT_NE(std::string(e.what()).find("Imaginary 9000"), std::string::npos) << e.what();
        EXPECT_NE(std::string(e.what()).find("Other"), std::string::npos) << e.what();
        EXPECT_LT(std::string(e.what()).size(), 1000u);
    }
    EXPECT_EQ(text_in(s.path("log")), before);
}

TEST(journal, that_cannot_be_written_is_an_error) { EXPECT_THROW(journal("/no such folder/log", this_run, false), std::runtime_error); }

TEST(journal, goes_on_after_a_line_that_was_cut_off_anywhere) {
    scratch s;
    {
        journal j(s.path("log"), this_run, false);
        j.add("a", {{"value", 1}});
        j.add("b", {{"value", 2}});
    }
    std::string whole = text_in(s.path("log"));
    size_t second = whole.rfind("{\"is\"");
    for (size_t length = second; length < whole.size() - 1; length++) {
        s.with("cut", whole.substr(0, length));
        {
            journal j(s.path("cut"), this_run, true);
            EXPECT_TRUE(j.answer_to("a"));
            EXPECT_EQ(bool(j.answer_to("b")), length == whole.size() - 1) << length;
            j.add("c", 3);
        }
        journal again(s.path("cut"), this_run, true);
        EXPECT_TRUE(again.answer_to("a") && again.answer_to("c")) << length;
    }
}

TEST(journal, survives_bytes_of_all_kinds) {
    scratch s;
    {
        journal j(s.path("log"), this_run, false);
        for (int i = 0; i < 20; i++) j.add({{"what", i}}, {{"value", i}});
    }
    const std::string whole = text_in(s.path("log"));
    size_t first_record = whole.find('\n') + 1;
    std::mt19937_64 random(5);
    for (int round = 0; round < 300; round++) {
        std::string spoilt = whole;
        for (int hits = 0; hits < 5; hits++) spoilt[first_record + random() % (whole.size() - first_record)] = char(random());
        s.with("spoilt", spoilt);
        journal j(s.path("spoilt"), this_run, true);
        int kept = 0;
        for (int i = 0; i < 20; i++) kept += j.answer_to({{"what", i}}).has_value();
        EXPECT_GE(kept, 10);
    }
}

TEST(journal, a_record_that_is_nested_without_end_is_none) {
    scratch s;
    journal(s.path("log"), this_run, false).add("a", 1);
    std::ofstream(s.path("log"), std::ios::app)
        << "{\"of\": " << std::string(1'000'000, '[') << "\n"
        << "{\"of\": " << std::string(500'000, '[') << std::string(500'000, ']') << ", \"is\": 1}\n";
    EXPECT_TRUE(journal(s.path("log"), this_run, true).answer_to("a"));
}

/// A search that remembers, stopped after so many races.
candidate searched(synthetic &s, const std::string &path, int races_allowed) {
    s.machine.spread = 0.01;
    s.cost = [](const candidate &c, const std::string &) { return 100.0 + number(c, "tile") / 8.0 - number(c, "vectors"); };
    s.stop = [&s, races_allowed] {
        if (s.races >= races_allowed) throw interrupted();
    };
    journal log(path, this_run, true);
    return search(run_space(), tiles(256, 64, "pairs", 1), remembering(s.lab(), log, "rrelu_f32")).chosen;
}

TEST(resume, a_search_that_was_stopped_anywhere_ends_where_it_would_have) {
    scratch files;
    synthetic whole;
    candidate expected = searched(whole, files.path("whole"), 1000);
    ASSERT_GT(whole.races, 6);
    for (int stops_after = 0; stops_after <= whole.races; stops_after++) {
        std::string path = files.path("log" + std::to_string(stops_after));
        synthetic first, second;
        if (stops_after < whole.races) {
            EXPECT_THROW(searched(first, path, stops_after), interrupted);
        } else {
            EXPECT_EQ(searched(first, path, stops_after), expected);
        }
        EXPECT_EQ(searched(second, path, 1000), expected);
        EXPECT_EQ(first.races + second.races, whole.races) << "races were run again";
        EXPECT_EQ(first.judged + second.judged, whole.judged) << "candidates were judged again";
    }
}

TEST(resume, what_is_no_race_is_run_again) {
    EXPECT_FALSE(race_from(nullptr, 1, 0));
    EXPECT_FALSE(race_from(json::array(), 1, 0));
    race_result r = {{{"a", 1, {5, 6}, {}}}, {"again", 1, {5}, {}}, {}, 0, 8};
    json good = json_of(r);
    ASSERT_TRUE(race_from(good, 1, 0));
    EXPECT_EQ(json_of(*race_from(good, 1, 0)), good);
    EXPECT_FALSE(race_from(good, 2, 0)) << "of another number of candidates";
    for (const char *what : {"candidates", "again", "limits", "incumbent", "elements"}) {
        json without = good, strange = good;
        without.erase(what);
        strange[what] = "?";
        EXPECT_FALSE(race_from(without, 1, 0)) << what;
        EXPECT_FALSE(race_from(strange, 1, 0)) << what;
    }
    for (json times : {json::array(), json{0.0}, json{-1.0}, json{"5"}, json{nullptr}}) {
        json strange = good;
        strange["again"]["rounds"] = times;
        EXPECT_FALSE(race_from(strange, 1, 0)) << times;
    }
}

TEST(stop, the_budget_ends_a_run_by_the_given_clock) {
    double time = 0;
    auto stop = stop_after(100, [&] { return time; });
    time = 99;
    stop();
    time = 100;
    EXPECT_THROW(stop(), budget_used_up);
}

}  // namespace
}  // namespace slopewise::autotune::test
