// Files of measured thresholds: sound ones of this machine are used, everything else is ignored as a whole with a reason,
// and none changes a result.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "dispatch/dispatch.h"
#include "dispatch/identity.h"
#include "dispatch/json.h"
#include "everything.h"

namespace slopewise::test {
namespace {

using nlohmann::ordered_json;

wisdom_machine here() { return {this_machine().cpus, this_machine().usable}; }
machine_thresholds defaults() { return default_thresholds(int(this_machine().best(operation::relu, 0) - variants)); }

/// A sound file: what the library describes itself by, under the form's version.
ordered_json sound() {
    std::string text(slopewise_machine(nullptr, 0) + 1, '\0');
    slopewise_machine(text.data(), text.size());
    ordered_json file = ordered_json::parse(text.c_str());
    file.erase("wisdom");
    file["slopewise_wisdom"] = wisdom_version;
    return file;
}

bool equal(const machine_thresholds &a, const machine_thresholds &b) {
    bool same = std::equal(&a.variant_of[0][0], &a.variant_of[0][0] + operation_count * class_count, &b.variant_of[0][0]);
    for (int p = 0; p < pattern_count; p++) {
        const thresholds &x = a.of[p], &y = b.of[p];
        same = same && x.prefetch_from == y.prefetch_from && x.streaming_from == y.streaming_from &&
               x.shared_streaming_from == y.shared_streaming_from && x.shared_from == y.shared_from && x.waking_from == y.waking_from;
    }
    return same;
}

/// Expects the text to be refused, for a reason that says `what`, and the thresholds to stay.
void expect_refused(const std::string &text, const std::string &what) {
    machine_thresholds t = defaults();
    char reason[256];
    EXPECT_FALSE(apply_wisdom(text.data(), text.size(), here(), t, reason, sizeof reason)) << text.substr(0, 200);
    EXPECT_NE(std::string(reason).find(what), std::string::npos) << reason << ", expected " << what;
    EXPECT_TRUE(equal(t, defaults()));
}

TEST(Wisdom, SoundFileIsUsed) {
    ordered_json file = sound();
    file["thresholds"]["copy"]["streaming_from"] = 123 << 20;
    file["thresholds"]["random"]["streaming_from"] = nullptr;
    file["variants"]["relu"] = {SLOPEWISE_BASELINE, SLOPEWISE_BASELINE, SLOPEWISE_BASELINE, SLOPEWISE_BASELINE};
    machine_thresholds t = defaults();
    char reason[256];
    std::string text = file.dump();
    ASSERT_TRUE(apply_wisdom(text.data(), text.size(), here(), t, reason, sizeof reason)) << reason;
    EXPECT_EQ(t.of[int(pattern::copy)].streaming_from, 123 << 20);
    EXPECT_EQ(t.of[int(pattern::random)].streaming_from, never);
    EXPECT_STREQ(variants[t.variant_of[int(operation::relu)][2]].name, SLOPEWISE_BASELINE);
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
    for (const change &c : std::vector<change>{{"/slopewise_wisdom", 2, "not of version"},
                                               {"/slopewise_wisdom", "1", "not of version"},
                                               {"/thresholds", 3, "no \"thresholds\""},
                                               {"/variants", nullptr, "no \"variants\""},
                                               {"/thresholds/copy", ordered_json::array(), "thresholds.copy"},
                                               {"/thresholds/copy/streaming_from", 0, "thresholds.copy.streaming_from"},
                                               {"/thresholds/copy/streaming_from", -1, "thresholds.copy.streaming_from"},
                                               {"/thresholds/copy/streaming_from", 1e9, "thresholds.copy.streaming_from"},
                                               {"/thresholds/copy/streaming_from", "1", "thresholds.copy.streaming_from"},
                                               {"/thresholds/copy/prefetch_from", UINT64_MAX, "thresholds.copy.prefetch_from"},
                                               {"/thresholds/random/shared_from", 1, "thresholds.random.shared_from"},
                                               {"/thresholds/random/waking_from", 1, "thresholds.random.waking_from"},
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
        machine_thresholds t = defaults();
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

/// Whatever bytes a file holds: refused, or every threshold within reason.
TEST(Wisdom, FuzzedFilesDoNoHarm) {
    std::string text = sound().dump();
    std::mt19937 random(7);
    const std::string pieces[] = {"null", "-1", "1e308", "99999999999999999999", "\"\\ud800\"", "[]", "{", "}", "\0\xff", "true", "0"};
    machine_thresholds base = defaults();
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
        machine_thresholds t = base;
        char reason[256];
        bool used = apply_wisdom(file.data(), file.size(), here(), t, reason, sizeof reason);
        taken += used;
        if (!used) ASSERT_TRUE(equal(t, base)) << file;
        ASSERT_EQ(used, reason[0] == 0) << reason;
        for (int p = 0; p < pattern_count; p++) {
            ASSERT_GE(t.of[p].streaming_from, base.class_ends[1]);
            ASSERT_GE(t.of[p].shared_from, base.of[p].shared_from / 4);
        }
        for (const auto &row : t.variant_of) {
            for (int v : row) ASSERT_TRUE(v >= 0 && v < variant_count && this_machine().usable[v]);
        }
    }
    EXPECT_GT(taken, 0) << "no edit was harmless: the fuzzing edits too much";
}

/// Places from which nothing can be read, or too much.
class Place : public ::testing::Test {
protected:
    std::string folder = "wisdom_test_" + std::to_string(getpid());
    void SetUp() override { mkdir(folder.c_str(), 0700); }
    void TearDown() override { EXPECT_EQ(std::system(("rm -rf " + folder).c_str()), 0); }

    wisdom_state read(const std::string &path) {
        setenv("SLOPEWISE_WISDOM", path.c_str(), 1);
        machine_thresholds t = defaults();
        wisdom_state w;
        read_wisdom(here(), t, w);
        if (w.state != wisdom_state::used) EXPECT_TRUE(equal(t, defaults()));
        unsetenv("SLOPEWISE_WISDOM");
        return w;
    }
    std::string write(const std::string &name, const std::string &text) {
        std::string path = folder + "/" + name;
        std::ofstream(path) << text;
        return path;
    }
};

TEST_F(Place, GoodFile) { EXPECT_EQ(read(write("good.json", sound().dump())).state, wisdom_state::used); }

TEST_F(Place, Empty) { EXPECT_EQ(read("").state, wisdom_state::none); }

TEST_F(Place, NothingToRead) {
    std::string fifo = folder + "/fifo", link = folder + "/link";
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    ASSERT_EQ(symlink("link", link.c_str()), 0);
    struct {
        std::string path, what;
    } cases[] = {{folder, "no regular file"},
                 {fifo, "no regular file"},
                 {"/dev/zero", "no regular file"},
                 {link, "symbolic links"},
                 {folder + "/missing", "No such file"},
                 {std::string(600, 'x'), "too long"},
                 {write("huge.json", std::string(1 << 20, ' ') + sound().dump()), "larger than"},
                 {write("empty.json", ""), "no whole JSON object"}};
    for (const auto &c : cases) {
        wisdom_state w = read(c.path);
        EXPECT_NE(w.state, wisdom_state::used) << c.path;
        EXPECT_NE(std::string(w.reason).find(c.what), std::string::npos) << c.path.substr(0, 50) << ": " << w.reason;
    }
}

TEST_F(Place, ByTheRulesOfXdg) {
    std::string cache = folder + "/cache";
    mkdir(cache.c_str(), 0700);
    mkdir((cache + "/slopewise").c_str(), 0700);
    write("cache/slopewise/wisdom.json", sound().dump());
    char *absolute = realpath(cache.c_str(), nullptr);
    for (bool relative : {false, true}) {
        setenv("XDG_CACHE_HOME", relative ? cache.c_str() : absolute, 1);
        machine_thresholds t = defaults();
        wisdom_state w;
        read_wisdom(here(), t, w);
        EXPECT_EQ(w.state == wisdom_state::used, !relative) << w.path << ": " << w.reason;
    }
    unsetenv("XDG_CACHE_HOME");
    std::free(absolute);
}

/// Any thresholds and any variants give the bytes that the defaults give.
TEST(RandomWisdom, ChangesNoResult) {
    auto want = run_everything(default_options()), flat = run_flat_forms();
    ASSERT_FALSE(want.empty());
    const machine &usual = this_machine();
    std::mt19937 random(11);
    for (int round = 0; round < 40; round++) {
        machine m = usual;
        auto pick = [&](int64_t most) { return random() % 4 == 0 ? never : int64_t(random() % uint64_t(most)); };
        for (thresholds &t : m.by_size.of) t = {pick(1 << 16), pick(1 << 16), pick(1 << 16), pick(1 << 12), pick(1 << 12)};
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
