// Files of measured choices: sound ones of this machine are used, everything else is ignored as a whole with a reason,
// and none changes a result.
#include <gtest/gtest.h>

#include <random>

#include "dispatch/json.h"
#include "everything.h"
#include "wisdom_files.h"

namespace slopewise::test {
namespace {

/// Expects the text to be refused, for a reason that says `what`, and the choices to stay.
void expect_refused(const std::string &text, const std::string &what) {
    machine_choices t = defaults();
    char reason[256];
    EXPECT_FALSE(apply_wisdom(text.data(), text.size(), here(), t, reason, sizeof reason)) << text.substr(0, 200);
    EXPECT_NE(std::string(reason).find(what), std::string::npos) << reason << ", expected " << what;
    EXPECT_TRUE(equal(t, defaults()));
}

TEST(Wisdom, SoundFileIsUsed) {
    ordered_json file = sound();
    for (int at : {12, 13}) file["ratios"]["copy"][at] = {size_at(at), 1000, 900, 800, 700, nullptr, 600, 950, 850, 650};
    file["variants"]["relu"] = {SLOPEWISE_BASELINE, SLOPEWISE_BASELINE, SLOPEWISE_BASELINE, SLOPEWISE_BASELINE};
    machine_choices t = defaults();
    char reason[256];
    std::string text = file.dump();
    ASSERT_TRUE(apply_wisdom(text.data(), text.size(), here(), t, reason, sizeof reason)) << reason;
    const ratios &r = t.of[int(pattern::copy)][12];
    const int awake[] = {1000, 900, 800, 700, 0, 600}, asleep[] = {1000, 950, 800, 850, 0, 650};
    for (int i = 0; i < choice_count; i++) {
        EXPECT_EQ(r.awake[i], awake[i]);
        EXPECT_EQ(r.asleep[i], asleep[i]);
    }
    EXPECT_EQ(t.plain_below[int(pattern::copy)], begin_of(12));
    EXPECT_EQ(t.plain_below[int(pattern::random)], INT64_MAX);
    EXPECT_STREQ(t.source, "wisdom");
    EXPECT_STREQ(variants[t.variant_of[int(operation::relu)][2]].name, SLOPEWISE_BASELINE);
}

TEST(Wisdom, OneRowIsEnough) {
    ordered_json file = sound();
    file["ratios"]["copy"] = ordered_json::array({{size_at(9), 1000, 500, 0, 0, 0, 0, 0, 0, 0}});
    machine_choices t = defaults();
    char reason[256];
    std::string text = file.dump();
    ASSERT_TRUE(apply_wisdom(text.data(), text.size(), here(), t, reason, sizeof reason)) << reason;
    EXPECT_EQ(t.of[int(pattern::copy)][9].awake[1], 500);
}

TEST(Wisdom, AnotherMachinesFileIsRefusedByName) {
    const ordered_json machine = sound()["machine"];
    for (const auto &[key, value] : machine.items()) {
        ordered_json file = sound();
        file["machine"][key] = value.is_string() ? ordered_json("other") : ordered_json(value.get<int64_t>() + 1);
        expect_refused(file.dump(), "machine." + key + " is ");
        file["machine"].erase(key);
        expect_refused(file.dump(), "machine." + key + " is missing");
    }
}

TEST(Wisdom, WrongFieldsAreRefusedByName) {
    struct change {
        const char *pointer;
        ordered_json value;
        const char *what;
    };
    std::string nested(30000, '[');
    auto row = [](std::initializer_list<ordered_json> fields) { return ordered_json::array({ordered_json(fields)}); };
    for (const change &c : std::vector<change>{{"/slopewise_wisdom", 1, "not of version 2"},
                                               {"/slopewise_wisdom", "2", "not of version"},
                                               {"/ratios", 3, "no \"ratios\""},
                                               {"/variants", nullptr, "no \"variants\""},
                                               {"/ratios/copy", 7, "ratios.copy is no list of rows"},
                                               {"/ratios/copy", ordered_json::array(), "ratios.copy is no list of rows"},
                                               {"/ratios/copy", row({1024, 1000, 0, 0, 0, 0, 0, 0, 0}), "expected 10 numbers"},
                                               {"/ratios/copy", row({1024, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 0}), "expected 10 numbers"},
                                               {"/ratios/copy", row({1024, 1000, -1, 0, 0, 0, 0, 0, 0, 0}), "expected 10 numbers"},
                                               {"/ratios/copy", row({1024, 1000, 0.5, 0, 0, 0, 0, 0, 0, 0}), "expected 10 numbers"},
                                               {"/ratios/copy", row({1024, 1000, 65536, 0, 0, 0, 0, 0, 0, 0}), "expected 10 numbers"},
                                               {"/ratios/copy", row({1024, 1000, "1", 0, 0, 0, 0, 0, 0, 0}), "expected 10 numbers"},
                                               {"/ratios/copy", row({1000, 1000, 0, 0, 0, 0, 0, 0, 0, 0}), "of 1000 elements"},
                                               {"/ratios/copy", row({INT64_MAX, 1000, 0, 0, 0, 0, 0, 0, 0, 0}), "expected 10 numbers"},
                                               {"/ratios/copy", row({1024, 999, 0, 0, 0, 0, 0, 0, 0, 0}), "begins with 999"},
                                               {"/ratios/copy", row({1024, nullptr, 0, 0, 0, 0, 0, 0, 0, 0}), "begins with 0"},
                                               {"/ratios/random/3", nullptr, "ratios.random holds null"},
                                               {"/ratios/random/5", plain_rows()[6], "goes on with 65536"},
                                               {"/ratios/random/17", plain_rows()[0], "more than 17 rows"},
                                               {"/variants/relu", "avx2", "variants.relu"},
                                               {"/variants/relu", ordered_json::array({"x", "x", "x", "x"}), "variants.relu"},
                                               {"/variants/crelu", ordered_json::array({1, 2, 3, 4}), "variants.crelu"}}) {
        ordered_json file = sound();
        file[ordered_json::json_pointer(c.pointer)] = c.value;
        expect_refused(file.dump(), c.what);
    }
    expect_refused("", "no whole JSON object");
    expect_refused(nested, "nested too deeply");
    expect_refused("[[1, 2]", "no whole JSON object");
    expect_refused(nested + std::string(30000, ']'), "nested too deeply");
    std::string deep = sound().dump();
    deep.replace(deep.find("\"vendor\":") + 9, deep.find(',', deep.find("\"vendor\":")) - deep.find("\"vendor\":") - 9,
                 nested + std::string(30000, ']'));
    expect_refused(deep, "nested too deeply");
    ordered_json file = sound();
    file["note"] = std::string(20000, ']');
    file["then"] = 0;
    std::string hidden = file.dump();
    expect_refused(hidden.replace(hidden.find("\"then\":0") + 7, 1, std::string(20000, '[') + std::string(20000, ']')),
                   "nested too deeply");
    file = sound();
    file["machine"]["vendor"] = ordered_json::array({"x"});
    expect_refused(file.dump(), "machine.vendor is an array");
}

// A variant of this build that does not run here.
TEST(Wisdom, UnusableVariantsAreRefused) {
    int unusable = 0;
    for (int v = 0; v < variant_count; v++) {
        if (this_machine().usable[v]) continue;
        unusable++;
        for (size_t c = 0; c < class_count; c++) {
            ordered_json file = sound();
            file["variants"]["relu"][c] = variants[v].name;
            expect_refused(file.dump(), std::string("variants.relu holds \"") + variants[v].name + "\", which does not run here");
        }
    }
    EXPECT_GT(unusable, 0) << "this build has no variant for another device";
}

// Brackets in strings are text: they hide no nesting, and are none.
TEST(Wisdom, BracketsInStrings) {
    std::string text = sound().dump(), hidden = "{\"zz\":";
    for (int i = 0; i < 5000; i++) hidden += "[\"]\",";
    expect_refused(hidden + text + std::string(5000, ']') + "}", "nested too deeply");
    text.back() = ',';
    for (const char *note : {"[[[[[[[[[[[[[[[[", "]]]]{{{{", "\\\"[[[[[[[[[[[[[[", "\\\\"}) {
        std::string noted = text + "\"note " + note + "\": \"" + note + "\"}";
        machine_choices t = defaults();
        char reason[256];
        EXPECT_TRUE(apply_wisdom(noted.data(), noted.size(), here(), t, reason, sizeof reason)) << note << ": " << reason;
    }
}

TEST(Json, Grammar) {
    for (const char *text : {"1e5", "-1E-05", "0.5e+07", "-0", "\"\"", "[]", " { } ", "[[],{}]", "\"\\u12aF\\/\"", "null", "[1 , 2]"}) {
        json::value v;
        EXPECT_EQ(json::parse(text, std::strlen(text), &v), json::result::whole) << text;
    }
    for (const char *text :
         {"",    " ",       "1e",         "1e+",       ".5",      "5.",       "01",    "-",     "+1",   "1 2",
          "'a'", "[1,]",    "{\"a\":1,}", "{a:1}",     "{\"a\"}", "nul",      "tru e", "[,]",   "[",    "]",
          "\"",  "\"\\x\"", "\"\t\"",     "\"\\u12\"", "[1}",     "{\"a\":}", "[1 2]", "{1:2}", "\"\\", "{\"a\":1 \"b\":2}",
          "NaN", "1,"}) {
        json::value v;
        EXPECT_EQ(json::parse(text, std::strlen(text), &v), json::result::broken) << text;
    }
    std::string deep(json::deepest, '['), end(json::deepest, ']');
    json::value v;
    EXPECT_EQ(json::parse((deep + end).data(), 2 * json::deepest, &v), json::result::whole);
    EXPECT_EQ(json::parse(("[" + deep + end + "]").data(), 2 * json::deepest + 2, &v), json::result::too_deep);
}

/// What a library says of the same text. (Of strings' encoding and the size of numbers only it has an opinion.)
TEST(Json, AgreesWithALibrary) {
    std::string text = R"({"a": [1, -0.5, "x\u00e9\n\\\"", {}, []], "b": {"c": null, "d": true}, "e": false, "f": -12, "g": 0})";
    const std::string pieces = "{}[]\",:\\ntrue01-+.eE \n\t";
    std::mt19937 random(3);
    int whole = 0;
    for (int round = 0; round < 300000; round++) {
        std::string edited = text;
        for (int edits = int(random() % 4); edits > 0; edits--) {
            size_t at = random() % edited.size();
            random() % 2 ? (void)edited.erase(at, random() % 3) : (void)edited.insert(at, 1, pieces[random() % pieces.size()]);
        }
        json::value v;
        json::result found = json::parse(edited.data(), edited.size(), &v);
        ordered_json want = ordered_json::parse(edited, nullptr, false);
        ASSERT_EQ(found == json::result::whole, !want.is_discarded()) << edited;
        if (found != json::result::whole) continue;
        whole++;
        for (const char *name : {"a", "b", "f", "g", "z"}) {
            json::value member = v.member(name);
            bool there = want.is_object() && want.contains(name);
            ASSERT_EQ(bool(member), there) << edited;
            int64_t number = 0;
            if (there && want[name].is_number_integer() && member.to_integer(&number))
                ASSERT_EQ(number, want[name].get<int64_t>()) << edited;
            if (there) ASSERT_EQ(ordered_json::parse(member.begin, member.end), want[name]) << edited;
        }
    }
    EXPECT_GT(whole, 10000);
}

TEST(Wisdom, EveryTruncationIsRefused) {
    std::string text = sound().dump();
    for (size_t length = 0; length < text.size(); length++) expect_refused(text.substr(0, length), "no whole JSON object");
}

/// Whatever bytes a file holds: refused, or every choice within reason.
TEST(Wisdom, FuzzedFilesDoNoHarm) {
    std::string text = sound().dump();
    std::mt19937 random(7);
    const std::string pieces[] = {"null", "-1", "1e308", "99999999999999999999", "\"\\ud800\"", "[]", "{", "}", "\0\xff", "true", "0"};
    machine_choices base = defaults();
    int taken = 0;
    for (int round = 0; round < 20000; round++) {
        std::string file = text;
        for (int edits = int(random() % 3) + 1; edits > 0; edits--) {
            size_t at = random() % file.size();
            if (random() % 2) {
                file[at] = char(random());
            } else {
                file.replace(at, random() % 12, pieces[random() % std::size(pieces)]);
            }
        }
        machine_choices t = base;
        char reason[256];
        bool used = apply_wisdom(file.data(), file.size(), here(), t, reason, sizeof reason);
        taken += used;
        if (!used) ASSERT_TRUE(equal(t, base)) << file;
        ASSERT_EQ(used, reason[0] == 0) << reason;
        for (int p = 0; p < pattern_count; p++) {
            for (int at = 0; at < 3; at++) ASSERT_EQ(choose(t.of[p][p < int(pattern::random) ? at : 0], any_choice, true).index(), 0);
        }
        for (const auto &row : t.variant_of) {
            for (int v : row) ASSERT_TRUE(v >= 0 && v < variant_count && this_machine().usable[v]);
        }
    }
    EXPECT_GT(taken, 0) << "no edit was harmless: the fuzzing edits too much";
}

/// Any choices and any variants give the bytes that the defaults give.
TEST(RandomWisdom, ChangesNoResult) {
    auto want = run_everything(default_options()), flat = run_flat_forms();
    ASSERT_FALSE(want.empty());
    const machine &usual = this_machine();
    std::mt19937 random(11);
    for (int round = 0; round < 40; round++) {
        machine m = usual;
        for (auto &sizes : m.by_size.of) {
            for (ratios &r : sizes) {
                for (int i = 0; i < choice_count; i++) r.awake[i] = r.asleep[i] = uint16_t(random() % 4 == 0 ? 0 : random() % 1000);
            }
        }
        for (int64_t &size : m.by_size.plain_below) size = int64_t(random() % 2048);
        for (auto &row : m.choice) {
            for (const variant *&v : row) {
                do v = &variants[random() % unsigned(variant_count)];
                while (!m.usable[v - variants]);
            }
        }
        m.thread_limit = int(random() % 4) + 1;
        resolved_machine = &m;
        bool same = run_everything(default_options()) == want && run_flat_forms() == flat;
        resolved_machine = &usual;
        ASSERT_TRUE(same) << "round " << round;
    }
}

}  // namespace
}  // namespace slopewise::test
