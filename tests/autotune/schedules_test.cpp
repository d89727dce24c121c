// Schedule files: what is written says what was set, in few words, and what is wrong is named.
#include "autotune/schedules.h"

#include <gtest/gtest.h>

#include <random>

#include "scratch.h"
#include "some_rows.h"

namespace slopewise::autotune::test {
namespace {

using nlohmann::json;

schedule loaded(const scratch &s, const std::string &text) { return schedule(some_rows(), s.with("s.json", text)); }

const row relu_f32 = row_named("relu", "f32"), rrelu_bf16 = row_named("rrelu", "bf16");

TEST(schedules, are_read_as_the_build_reads_them) {
    scratch s;
    schedule read = loaded(s, R"({"kernels": {
        "rrelu": {"tile": 256, "step": 128, "packing": "pairs", "why": "all"},
        "rrelu.bf16": {"step": 64, "why": "rounding"},
        "rrelu_streaming": {"vectors": 2},
        "rrelu_streaming.bf16": {"vectors": "4"},
        "relu_prefetch": {"distance": 1024}, "relu": {"vectors": 2, "why": {"f32": "measured"}}}})");
    EXPECT_EQ(text_of(read.of(row_named("rrelu", "f32")).values), "packing=pairs step=128 tile=256 vectors=1");
    EXPECT_EQ(text_of(read.of(rrelu_bf16).values), "packing=pairs step=64 tile=256 vectors=1");
    EXPECT_EQ(text_of(read.of(row_named("rrelu_streaming", "f16", "streaming")).values), "packing=pairs step=128 tile=256 vectors=2");
    EXPECT_EQ(text_of(read.of(row_named("rrelu_streaming", "bf16", "streaming")).values), "packing=pairs step=64 tile=256 vectors=4");
    EXPECT_EQ(text_of(read.of(row_named("relu_prefetch", "f64", "prefetch")).values), "distance=1024 vectors=2");
    EXPECT_EQ(text_of(read.of(row_named("rrelu_prefetch", "f64", "prefetch")).values),
              "distance=256 packing=pairs step=128 tile=256 vectors=1");
    EXPECT_EQ(read.of(rrelu_bf16).why, "rounding");
    EXPECT_EQ(read.of(row_named("rrelu", "f64")).why, "all");
    EXPECT_EQ(read.of(relu_f32).why, "measured");
    EXPECT_EQ(read.of(row_named("relu", "f64")).why, "");
    EXPECT_EQ(read.of(row_named("relu_streaming", "f32", "streaming")).why, "") << "the plain kernel's evidence is not its own";
}

TEST(schedules, a_row_gets_an_entry_where_the_file_says_something_else) {
    scratch s;
    schedule all = loaded(s, R"({"kernels": {"relu": {"vectors": 4, "why": {"f32": "old", "f64": "kept"}}, "relu.f32": {"vectors": 1}}})");
    EXPECT_EQ(json::parse(all.text("here"))["measured_on"], "here");
    all.set(relu_f32, {{{"vectors", "4"}}, "measured"});
    all.set(row_named("relu", "f16"), {{{"vectors", "8"}}, "wide"});
    json kernels = json::parse(all.text(""))["kernels"];
    EXPECT_EQ(kernels["relu"], json::parse(R"({"vectors": 4, "why": {"f64": "kept"}})")) << "evidence that no longer holds is gone";
    EXPECT_EQ(kernels["relu.f32"], json::parse(R"({"why": "measured"})"));
    EXPECT_EQ(kernels["relu.f16"], json::parse(R"({"vectors": 8, "why": "wide"})"));
    EXPECT_EQ(kernels["relu_streaming.f16"], json::parse(R"({"vectors": 4})")) << "what began with its values stays as it was";
    EXPECT_EQ(kernels["relu_streaming.f32"], json::parse(R"({"vectors": 1})"));
    EXPECT_FALSE(kernels.contains("relu.bf16") || kernels.contains("rrelu.f32") || kernels.contains("relu_streaming.f64"));
}

TEST(schedules, one_row_leaves_all_others_as_they_are) {
    scratch s;
    const char *before = R"({"kernels": {"relu": {"vectors": 2, "why": "hand-picked"}, "mine": {"threads": 256}}})";
    schedule all = loaded(s, before);
    all.set(relu_f32, {{{"vectors", "8"}}, "measured"});
    json kernels = json::parse(all.text(""))["kernels"];
    EXPECT_EQ(kernels["relu"], json::parse(R"({"vectors": 2, "why": "hand-picked"})"));
    EXPECT_EQ(kernels["relu.f32"], json::parse(R"({"vectors": 8, "why": "measured"})"));
    EXPECT_EQ(kernels["mine"], json::parse(R"({"threads": 256})")) << "a kernel that this build has not";
}

TEST(schedules, what_a_kernel_with_plain_stores_got_does_not_have_to_suit_the_others) {
    scratch s;
    const row with_plain = row_named("rrelu", "f32"), streams = row_named("rrelu_streaming", "f32", "streaming");
    schedule all = loaded(s, R"({"kernels": {"rrelu": {"tile": 256, "step": 128}, "rrelu_streaming": {"step": 64}}})");
    const candidate as_it_was = all.of(streams).values;
    all.set(with_plain, {{{"tile", "32"}, {"step", "16"}, {"packing", "lanes"}, {"vectors", "1"}}, "measured"});
    schedule again = loaded(s, all.text(""));
    EXPECT_EQ(again.of(with_plain).values, all.of(with_plain).values);
    EXPECT_EQ(again.of(streams).values, as_it_was);
}

TEST(schedules, what_is_written_is_read_back_whatever_it_is) {
    scratch s;
    std::mt19937_64 random(3);
    for (int round = 0; round < 100; round++) {
        schedule all = loaded(s, R"({"kernels": {}})");
        variant_rows rows = some_rows();
        for (const row &r : rows.rows) {
            std::vector<candidate> space = space_of(r).all();
            size_t few = round % 2 ? space.size() : std::min<size_t>(2, space.size());
            all.set(r, {space[random() % few], random() % 3 ? "why " + std::to_string(random() % 4) : ""});
        }
        schedule again = loaded(s, all.text(""));
        for (const row &r : rows.rows) {
            ASSERT_EQ(again.of(r).values, all.of(r).values) << r.name();
        }
        EXPECT_EQ(json::parse(again.text("")), json::parse(loaded(s, again.text("")).text(""))) << "it settles";
    }
}

TEST(schedules, what_is_no_decision_is_none) {
    space space = space_of(rrelu_bf16);
    row_schedule decided = {{{"tile", "32"}, {"step", "16"}, {"packing", "words"}, {"vectors", "2"}}, "measured"};
    const json good = json_of(decided);
    ASSERT_TRUE(schedule_from(good, space));
    EXPECT_EQ(json_of(*schedule_from(good, space)), good);
    for (const char *what : {"chosen", "why"}) {
        for (const json &value : {json(), json(3), json::array()}) {
            json strange = good;
            strange[what] = value;
            EXPECT_FALSE(schedule_from(strange, space)) << strange;
        }
        json without = good;
        without.erase(what);
        EXPECT_FALSE(schedule_from(without, space)) << what;
    }
    for (const auto &[name, value] : {std::pair("vectors", "3"), {"tile", ""}, {"step", "64"}, {"packing", "rows"}, {"distance", "256"}}) {
        json strange = good;
        strange["chosen"][name] = value;
        EXPECT_FALSE(schedule_from(strange, space)) << strange;
    }
    json few = good;
    few["chosen"].erase("tile");
    EXPECT_FALSE(schedule_from(few, space));
    EXPECT_FALSE(schedule_from(json::array(), space));
    EXPECT_FALSE(schedule_from(nullptr, space));
}

std::string refusal(const scratch &s, const std::string &text) {
    try {
        loaded(s, text);
    } catch (const std::runtime_error &e) {
        return e.what();
    }
    return "taken";
}

TEST(schedules, what_is_wrong_is_named) {
    scratch s;
    auto says = [&](const std::string &kernels, const std::string &what) {
        std::string said = refusal(s, "{\"kernels\": " + kernels + "}");
        EXPECT_NE(said.find("s.json"), std::string::npos) << said;
        EXPECT_NE(said.find(what), std::string::npos) << said;
    };
    says(R"({"relu": {"vectors": 3}})", "relu: vectors is 3, expected one of 1, 2, 4, 8");
    says(R"({"relu.f32": {"vectors": [1]}})", "relu.f32: vectors is [1], expected one of");
    says(R"({"relu": {"vectors": null}})", "relu: vectors is null");
    says(R"({"relu": {"vectors": ""}})", "relu: vectors is , expected");
    says(R"({"rrelu": {"tile": 32, "step": 64}})", "do not go together");
    says(R"({"relu": 3})", "relu: expected an object, got 3");
    says("[]", "expected JSON with an object \"kernels\"");
    says("{", "expected JSON with an object \"kernels\"");
    EXPECT_NE(refusal(s, "").find("expected JSON"), std::string::npos);
    says(R"({"relu": )" + std::string(100'000, '[') + std::string(100'000, ']') + "}", "nested too deeply");
    const std::string is_long(100'000, 'x');
    for (const std::string &kernels :
         {R"({"relu": ")" + is_long + "\"}", "{\"" + is_long + "\": 1}", R"({"relu": {"vectors": ")" + is_long + "\"}}"})
        EXPECT_LT(refusal(s, "{\"kernels\": " + kernels + "}").size(), 1000u);
    EXPECT_THROW(schedule(some_rows(), s.path("absent")), std::runtime_error);
}

TEST(schedules, a_spoilt_file_is_read_or_refused) {
    scratch s;
    schedule all = loaded(s, R"({"kernels": {"rrelu": {"tile": 64, "step": 32}, "relu_prefetch": {"distance": 512}}})");
    all.set(rrelu_bf16, {{{"tile", "32"}, {"step", "16"}, {"packing", "words"}, {"vectors", "2"}}, "why"});
    const std::string whole = all.text("here");
    std::mt19937_64 random(17);
    int refused = 0;
    for (int round = 0; round < 500; round++) {
        std::string spoilt = whole.substr(0, round % 5 ? whole.size() : random() % whole.size());
        for (int hits = 0; hits < 3 && !spoilt.empty(); hits++) spoilt[random() % spoilt.size()] = char(random() % 96 + 32);
        refused += refusal(s, spoilt) != "taken";
    }
    EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace slopewise::autotune::test
