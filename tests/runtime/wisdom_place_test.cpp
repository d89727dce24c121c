// Where a file of measured choices is looked for, and places from which nothing can be read.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "wisdom_files.h"

namespace slopewise::test {
namespace {

/// Places from which nothing can be read, or too much.
class Place : public ::testing::Test {
protected:
    std::string folder = "wisdom_test_" + std::to_string(getpid());
    void SetUp() override { mkdir(folder.c_str(), 0700); }
    void TearDown() override { EXPECT_EQ(std::system(("rm -rf " + folder).c_str()), 0); }

    wisdom_state read(const std::string &path) {
        setenv("SLOPEWISE_WISDOM", path.c_str(), 1);
        machine_choices t = defaults();
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

/// XDG_CACHE_HOME or else HOME's cache; of either only absolute paths count.
TEST_F(Place, ByTheRulesOfXdg) {
    for (const char *made : {"", "/slopewise", "/.cache", "/.cache/slopewise"}) mkdir((folder + made).c_str(), 0700);
    write("slopewise/wisdom.json", sound().dump());
    write(".cache/slopewise/wisdom.json", sound().dump());
    char *absolute = realpath(folder.c_str(), nullptr);
    const std::string here_as_cache = std::string(absolute) + "/slopewise/wisdom.json",
                      here_as_home = std::string(absolute) + "/.cache/slopewise/wisdom.json";
    struct {
        const char *cache, *home;
        std::string path;
    } cases[] = {{absolute, nullptr, here_as_cache},
                 {absolute, absolute, here_as_cache},
                 {absolute, "", here_as_cache},
                 {nullptr, absolute, here_as_home},
                 {"", absolute, here_as_home},
                 {folder.c_str(), absolute, here_as_home},
                 {nullptr, nullptr, ""},
                 {nullptr, "", ""},
                 {nullptr, folder.c_str(), ""},
                 {folder.c_str(), folder.c_str(), ""},
                 {folder.c_str(), nullptr, ""}};
    const char *usual = std::getenv("HOME");
    const std::string home = usual ? usual : "/";
    auto set = [](const char *name, const char *value) { value ? setenv(name, value, 1) : unsetenv(name); };
    for (const auto &c : cases) {
        set("XDG_CACHE_HOME", c.cache);
        set("HOME", c.home);
        machine_choices t = defaults();
        wisdom_state w = {};
        read_wisdom(here(), t, w);
        EXPECT_EQ(std::string(w.path), c.path);
        EXPECT_EQ(w.state, c.path.empty() ? wisdom_state::none : wisdom_state::used) << w.path << ": " << w.reason;
    }
    unsetenv("XDG_CACHE_HOME");
    setenv("HOME", home.c_str(), 1);
    std::free(absolute);
}

TEST_F(Place, LargestFile) {
    constexpr size_t largest = 64 << 10;
    std::string text = sound().dump();
    text.resize(largest, ' ');
    EXPECT_EQ(read(write("largest.json", text)).state, wisdom_state::used);
    EXPECT_STREQ(read(write("largest.json", text)).reason, "");
    EXPECT_EQ(read(write("larger.json", text + " ")).state, wisdom_state::ignored);
}

}  // namespace
}  // namespace slopewise::test
