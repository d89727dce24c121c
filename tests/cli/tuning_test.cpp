// What `slopewise tune` measures and writes: on caches that a test makes small, in rounds that last no time, of all its parts.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <tuple>

#include "measurement/memory.h"
#include "output/failure.h"
#include "wisdom/session.h"
#include "wisdom/wisdom_file.h"

namespace slopewise::cli {
namespace {

using nlohmann::ordered_json;

constexpr effort no_time = {1, 3, 2};
constexpr int64_t ki = 1 << 10;
constexpr measurement::cache_sizes small = {16 * ki, 64 * ki, 192 * ki}, larger = {16 * ki, 512 * ki, 768 * ki};

tuning_session session(int threads, const measurement::cache_sizes &caches = small) {
    return {no_time, threads, caches, {}, [](const std::string &) {}};
}

ordered_json ratios(int threads, const measurement::cache_sizes &caches) {
    ordered_json wisdom;
    tuning_session s = session(threads, caches);
    tune_choices(s, wisdom);
    EXPECT_EQ(s.how.rounds, no_time.rounds) << "the session is left as it was";
    return wisdom["ratios"];
}

/// In the columns of a row, after its size: who is measured of all that read and write so many bytes, beyond `inner` more.
void expect_measured(const ordered_json &row, int64_t bytes, int64_t inner, bool shares, const std::string &what) {
    const bool beyond = bytes >= inner,
               columns[] = {true, shares, beyond, beyond && shares, beyond, beyond && shares, shares, beyond && shares, beyond && shares};
    ASSERT_EQ(row.size(), 10u) << what;
    EXPECT_EQ(row[1], 1000) << what;
    for (size_t i = 0; i < 9; i++) {
        EXPECT_EQ(row[i + 1].is_number_integer(), columns[i]) << what << ", column " << i;
        EXPECT_EQ(row[i + 1].is_null(), !columns[i]) << what << ", column " << i;
        if (columns[i]) EXPECT_TRUE(row[i + 1] >= 1 && row[i + 1] <= 65535) << what;
    }
}

struct pattern_of {
    const char *name;
    int64_t operands, written, least_shared;  ///< arrays; elements
};
constexpr pattern_of patterns[] = {
    {"copy", 2, 1, 8 * ki},   {"gradient", 3, 1, 8 * ki},     {"concatenation", 3, 2, 8 * ki},  {"concatenation_gradient", 4, 1, 8 * ki},
    {"random", 2, 1, 2 * ki}, {"random_noise", 3, 2, 2 * ki}, {"random_gradient", 3, 1, 2 * ki}};

TEST(Tuning, ChoicesOfEverySizeUntilTheCachesAreFull) {
    for (auto [threads, caches, inner] : {std::tuple(1, small, 256 * ki), {2, small, 256 * ki}, {2, larger, 512 * ki}}) {
        const ordered_json all = ratios(threads, caches);
        EXPECT_EQ(all.size(), std::size(patterns));
        for (const pattern_of &p : patterns) {
            int64_t n = ki;
            for (const ordered_json &row : all[p.name]) {
                EXPECT_EQ(row[0], n) << p.name;
                expect_measured(row, 4 * n * p.operands, inner, threads > 1 && n >= p.least_shared, p.name + std::to_string(n));
                n *= 2;
            }
            EXPECT_GT(4 * n * p.written, 2 * caches.l3) << p.name << ": the next would not fit twice the last cache";
            EXPECT_LE(2 * n * p.written, 2 * caches.l3) << p.name << ": the last one does";
        }
    }
}

TEST(Tuning, VariantsOfEveryClass) {
    const std::vector<const char *> names = contenders::usable_variants();
    if (names.size() < 2) GTEST_SKIP() << "not run: this machine runs one variant of this build";
    ordered_json wisdom;
    tuning_session s = session(2);
    tune_variants(s, wisdom);
    const int64_t sizes[] = {small.l1 / 2, small.l2 / 2, small.l3 / 3, 4 * small.l3};
    for (int o = 0; o < contenders::operation_count; o++) {
        const contenders::operation op = contenders::operation(o);
        if (op == contenders::operation::rrelu_noise) continue;
        const char *name = contenders::traits_of(op).name;
        ASSERT_EQ(wisdom["variants"][name].size(), 4u) << name;
        for (const ordered_json &one : wisdom["variants"][name])
            EXPECT_TRUE(std::any_of(names.begin(), names.end(), [&](const char *n) { return one == n; })) << one;
        for (size_t v = 1; v < names.size(); v++) {
            const ordered_json &ladder = wisdom["evidence"]["variants"][name][names[v]];
            ASSERT_EQ(ladder.size(), 4u) << name;
            for (int c = 0; c < 4; c++) {
                EXPECT_EQ(ladder[c][0], sizes[c]) << name;
                double value = ladder[c][1], low = ladder[c][2], high = ladder[c][3];
                EXPECT_TRUE(0 < low && low <= value && value <= high) << ladder;
                if (wisdom["variants"][name][c] == names[v]) EXPECT_TRUE(value <= 0.97 && high <= 1) << ladder << ": it is faster";
            }
        }
        EXPECT_EQ(wisdom["evidence"]["variants"][name].size(), names.size() - 1);
    }
    EXPECT_FALSE(wisdom["variants"].contains("rrelu_noise"));
}

/// Its only file; what is there beside it is named.
std::string content(const std::filesystem::path &folder) {
    std::string all;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path());
        all += entry.path().filename() == "w" ? std::string(std::istreambuf_iterator<char>(file), {}) : entry.path().string();
    }
    return all;
}

TEST(Tuning, BothFilesOrNeither) {
    for (const std::string lost : {"", "own", "shared"}) {
        char name[] = "/tmp/slopewise-tuning-XXXXXX";
        ASSERT_TRUE(mkdtemp(name));
        const std::filesystem::path folder = name, own = folder / "own", shared = folder / "shared";
        for (const auto &one : {own, shared}) std::filesystem::create_directory(one), std::ofstream(one / "w") << "old";
        EXPECT_THROW(wisdom_files(own / "w", shared / "../own/w"), usage_error);
        {
            wisdom_files files(own / "w", shared / "w");
            if (lost.empty()) {
                files.write({{"a", 1}}, {{"b", 2}});
            } else {
                std::filesystem::remove_all(folder / lost);
                EXPECT_THROW(files.write({{"a", 1}}, {{"b", 2}}), failure) << lost;
            }
        }
        if (lost != "own") EXPECT_EQ(content(own), lost.empty() ? "{\n \"a\": 1\n}\n" : "old");
        if (lost != "shared") EXPECT_EQ(content(shared), lost.empty() ? "{\n \"b\": 2\n}\n" : "old");
        std::filesystem::remove_all(folder);
    }
}

TEST(Tuning, AFileThatCannotBeWrittenSaysWhy) {
    char folder[] = "/tmp/slopewise-tuning-XXXXXX";
    ASSERT_TRUE(mkdtemp(folder));
    {
        wisdom_files files(folder + std::string("/own"), "");
        rlimit usual;
        getrlimit(RLIMIT_FSIZE, &usual);
        const rlimit least = {4, usual.rlim_max};
        setrlimit(RLIMIT_FSIZE, &least);
        std::string said;
        try {
            files.write({{"a", 1}}, {});
        } catch (const failure &e) {
            said = e.what();
        }
        setrlimit(RLIMIT_FSIZE, &usual);
        EXPECT_EQ(said, folder + std::string("/own: cannot be written: File too large"));
    }
    EXPECT_TRUE(std::filesystem::remove(folder)) << "it is empty";
}

TEST(Tuning, AFileIsReadWithinTheLibrarysLimits) {
    char folder[] = "/tmp/slopewise-tuning-XXXXXX";
    ASSERT_TRUE(mkdtemp(folder));
    const std::string path = folder + std::string("/wisdom");
    auto read = [&](const std::string &text) {
        std::ofstream(path) << text;
        return read_wisdom(path);
    };
    EXPECT_EQ(read("{\"a\": [1, 2]}"), (ordered_json{{"a", {1, 2}}}));
    EXPECT_EQ(read("{\"a\": 1}" + std::string((64 << 10) - 8, ' ')), (ordered_json{{"a", 1}}));
    EXPECT_TRUE(read("{\"a\": 1}" + std::string((64 << 10) - 7, ' ')).is_null());
    EXPECT_EQ(read("{\"a\": 1, \"b\": " + std::string(30'000, '[') + std::string(30'000, ']') + "}")["a"], 1);
    EXPECT_LT(read(std::string(30'000, '[') + std::string(30'000, ']')).dump().size(), 40u);
    EXPECT_FALSE(read_wisdom(path + "2").is_object());
    std::filesystem::remove_all(folder);
}

TEST(Tuning, ChoicesAreShownInTheirColumns) {
    const ordered_json machine = {{"source", "s"},
                                  {"wisdom", {{"state", "none"}, {"file", "f"}, {"reason", "r"}}},
                                  {"choices", ordered_json::object()},
                                  {"variants", {{"relu", {"in_l1", "in_l2", "in_l3", "beyond"}}}}};
    testing::internal::CaptureStdout();
    print_choices(machine);
    const std::string text = testing::internal::GetCapturedStdout();
    EXPECT_EQ(text.rfind("source: s\nwisdom: f: r\n", 0), 0u) << text;
    size_t at = 0;
    for (const char *word : {"variants", " L1", " L2", " L3", " memory", "\nrelu ", " in_l1 ", " in_l2 ", " in_l3 ", " beyond\n"}) {
        at = text.find(word, at);
        ASSERT_NE(at, std::string::npos) << word << " in\n" << text;
    }
}

TEST(Tuning, EvidenceIsRounded) {
    measurement::estimate e = {};
    e.value = 1.23456;
    e.within.low = 0.0004;
    e.within.high = 98.7655;
    EXPECT_EQ(evidence(12, e).dump(), "[12,1.235,0.0,98.766]");
}

TEST(Tuning, ListsOfNumbersAreOneLine) {
    const ordered_json j = {{"a", {1, 2.5, nullptr}}, {"b", {{"c", {{1, 2}, {3, 4}}}}}, {"d", "x [1, 2] \"[3, 4]"}, {"e", {"x", "y"}}};
    EXPECT_EQ(text_of(j),
              "{\n \"a\": [1,2.5,null],\n \"b\": {\n  \"c\": [\n   [1,2],\n   [3,4]\n  ]\n },\n \"d\": \"x [1, 2] \\\"[3, 4]\",\n"
              " \"e\": [\n  \"x\",\n  \"y\"\n ]\n}\n");
    EXPECT_EQ(ordered_json::parse(text_of(j)), j);
}

}  // namespace
}  // namespace slopewise::cli
